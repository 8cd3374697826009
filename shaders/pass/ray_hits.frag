// The place where each pixel's ray first meets the surface: the nearest depth at which the smooth field reaches 1.
//
// Inputs: see lib/ray_field and lib/ray_place; u_bricks, distance of the nearest brick that contains surface, in
// bricks; u_towards, texture coordinates per mm towards the viewer; u_step_mm, half a voxel; u_ray_step, texture
// coordinates of a step, all components different from 0; u_slope_right, u_slope_up, u_slope_towards and u_slope_mm,
// steps for lib/ray_slope; u_pixel_mm, size of a pixel. Output: x, depth in mm towards the viewer; y, share of the pixel
// that the surface covers: beside an outline less than 1, at a hit 1 and the share of an outline before it; z, 1 at a
// hit; w, depth of that outline. CPU twin: tests/parity/test_views.py.
uniform vec3 u_towards;
uniform float u_step_mm;
uniform vec3 u_ray_step;
uniform vec3 u_slope_right;
uniform vec3 u_slope_up;
uniform vec3 u_slope_towards;
uniform float u_slope_mm;
uniform float u_pixel_mm;
uniform vec2 u_pixel_step;  // pixels of the view per pixel of the target

#include "lib/ray_field.glsl"
#include "lib/ray_slope.glsl"
#include "lib/ray_place.glsl"

const float LEVEL = 1.0;

// Below this, a ray passes the surface at more than a pixel.
const float NEAR = 0.5;

void main()
{
    vec2 pixel = gl_FragCoord.xy * u_pixel_step;
    vec2 span = ray_span(pixel);
    vec3 foot = ray_foot(pixel);
    // Depths are multiples of the step, so the surface does not crawl while the camera turns.
    float depth = floor(span.x / u_step_mm) * u_step_mm;
    // Where the ray comes closest to a surface and leaves it again.
    float peak = 0.0;
    float peak_depth = depth;
    float field = 0.0;
    float before = 0.0;
    // A loop within a loop: software renderers execute both sides of a branch.
    while (depth >= span.y && field < LEVEL) {
        float empty = ray_steps_out(foot + u_towards * depth, u_ray_step);
        while (empty > 0.0 && depth >= span.y) {
            peak_depth = before > peak ? depth + u_step_mm : peak_depth;
            peak = max(peak, before);
            depth -= empty * u_step_mm;
            before = 0.0;
            empty = ray_steps_out(foot + u_towards * depth, u_ray_step);
        }
        // About as many steps as lead through a brick, then look at the next brick.
        for (int i = 0; i < 6; i++) {
            field = ray_field(foot + u_towards * depth);
            if (field >= LEVEL) break;
            bool leaves = before > max(field, peak);
            peak_depth = leaves ? depth + u_step_mm : peak_depth;
            peak = leaves ? before : peak;
            before = field;
            depth -= u_step_mm;
        }
    }
    // Share of the pixel that the outline covers, by the distance from the surface: the missing rest and its slope. A
    // loop, since software renderers skip it where no ray of a block comes near.
    float covered = 0.0;
    for (float close = peak; close > NEAR; close = 0.0) {
        vec3 slope = ray_slope(foot + u_towards * peak_depth, u_slope_right, u_slope_up, u_slope_towards);
        float per_mm = length(slope.xy) / (2.0 * u_slope_mm);
        covered = clamp(1.0 - (LEVEL - peak) / max(per_mm * u_pixel_mm, 1e-6), 0.0, 1.0);
    }
    if (field >= LEVEL) {
        // The level lies between this depth and the one before. Take a secant, and another one from its result.
        float middle = depth + u_step_mm * (field - LEVEL) / (field - before);
        float there = ray_field(foot + u_towards * middle);
        float inside = there >= LEVEL ? middle : depth;
        float outside = there >= LEVEL ? depth + u_step_mm : middle;
        float field_inside = there >= LEVEL ? there : field;
        float field_outside = there >= LEVEL ? before : there;
        middle = inside + (outside - inside) * (field_inside - LEVEL) / max(field_inside - field_outside, 1e-6);
        gl_FragColor = vec4(middle, 1.0 + covered, 1.0, peak_depth);
        return;
    }
    gl_FragColor = vec4(peak_depth, covered, 0.0, peak_depth);
}
