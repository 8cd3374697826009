// The place where each pixel's ray first meets a surface: the nearest depth at which the grey reaches a level.
//
// Inputs: see lib/ray_grey (with a window around the surface) and lib/ray_place; u_bricks, distance of the nearest
// brick that contains surface, in bricks; u_towards, texture coordinates per mm towards the viewer; u_step_mm, half a
// voxel; u_ray_step, texture coordinates of a step, all components different from 0; u_level, grey level of the
// surface; u_slope_right, u_slope_up, u_slope_towards and u_slope_mm, steps for lib/ray_slope; u_pixel_mm, size of a
// pixel. Output: x, depth in mm towards the viewer; y, share of the pixel that the surface covers: 1 at a hit, less
// beside an edge; z, 1 at a hit. CPU twin: tests/parity/test_views.py.
uniform vec3 u_towards;
uniform float u_step_mm;
uniform vec3 u_ray_step;
uniform float u_level;
uniform vec3 u_slope_right;
uniform vec3 u_slope_up;
uniform vec3 u_slope_towards;
uniform float u_slope_mm;
uniform float u_pixel_mm;
uniform vec2 u_pixel_step;  // pixels of the view per pixel of the target

#include "lib/ray_grey.glsl"
#include "lib/ray_slope.glsl"
#include "lib/ray_place.glsl"

void main()
{
    vec2 pixel = gl_FragCoord.xy * u_pixel_step;
    vec2 span = ray_span(pixel);
    vec3 foot = ray_foot(pixel);
    // Depths are multiples of the step, so the surface does not crawl while the camera turns.
    float depth = floor(span.x / u_step_mm) * u_step_mm;
    float peak = 0.0;
    float peak_depth = depth;
    float grey = 0.0;
    float before = 0.0;
    // A loop within a loop: software renderers execute both sides of a branch.
    while (depth >= span.y && grey < u_level) {
        float empty = ray_steps_out(foot + u_towards * depth, u_ray_step);
        while (empty > 0.0 && depth >= span.y) {
            depth -= empty * u_step_mm;
            before = 0.0;
            empty = ray_steps_out(foot + u_towards * depth, u_ray_step);
        }
        // About as many steps as lead through a brick, then look at the next brick.
        for (int i = 0; i < 6; i++) {
            grey = ray_grey(foot + u_towards * depth);
            if (grey >= u_level) break;
            before = grey;
            peak_depth = grey > peak ? depth : peak_depth;
            peak = max(peak, grey);
            depth -= u_step_mm;
        }
    }
    if (grey >= u_level) {
        // The level lies between this depth and the one before. Take a secant, and another one from its result.
        float middle = depth + u_step_mm * (grey - u_level) / (grey - before);
        float there = ray_grey(foot + u_towards * middle);
        float inside = there >= u_level ? middle : depth;
        float outside = there >= u_level ? depth + u_step_mm : middle;
        float grey_inside = there >= u_level ? there : grey;
        float grey_outside = there >= u_level ? before : there;
        middle = inside + (outside - inside) * (grey_inside - u_level) / max(grey_inside - grey_outside, 1e-6);
        gl_FragColor = vec4(middle, 1.0, 1.0, 1.0);
        return;
    }
    float covered = 0.0;
    if (peak > 0.5 * u_level) {
        // Distance of the ray from the surface, estimated from the missing grey and its gradient.
        vec3 slope = ray_slope(foot + u_towards * peak_depth, u_slope_right, u_slope_up, u_slope_towards);
        float per_mm = length(slope.xy) / (2.0 * u_slope_mm);
        covered = clamp(0.5 - (u_level - peak) / max(per_mm * u_pixel_mm, 1e-6), 0.0, 1.0);
    }
    gl_FragColor = vec4(peak_depth, covered, 0.0, 1.0);
}
