// Maximum intensity projection: the largest grey along each pixel's ray.
//
// Inputs: lib/ray_grey, lib/ray_place; u_bricks, the largest grey of each brick, rounded up; u_corner, top left pixel
// of the view in the frame; u_towards, texture coordinates per mm towards the viewer; u_step_mm, half a voxel; u_table,
// colour map; u_faint: greys up to x are the background, and fade in by y per grey; u_background. Output: sRGB, premultiplied. CPU twin: tests/parity/test_views.py.
uniform vec2 u_corner;
uniform vec2 u_pixel_step;  // pixels of the layout per pixel of the frame
uniform vec3 u_towards;
uniform float u_step_mm;
uniform vec2 u_faint;
uniform sampler2D u_table;
uniform vec4 u_background;

#include "lib/ray_grey.glsl"
#include "lib/ray_place.glsl"
#include "lib/colormap.glsl"

void main()
{
    vec2 pixel = gl_FragCoord.xy * u_pixel_step - u_corner;
    vec2 span = ray_span(pixel);
    vec3 foot = ray_foot(pixel);
    float peak = 0.0;
    // Nothing is brighter than white, so stop there.
    float depth = floor(span.x / u_step_mm) * u_step_mm;
    while (depth >= span.y && peak < 255.0) {
        // Skip three steps at a time: a brick's largest grey also holds for half a voxel around it, one step per side.
        float passed = 0.0;
        while (depth >= span.y && ray_brick(foot + u_towards * depth) <= peak) {
            depth -= 3.0 * u_step_mm;
            passed = 2.0 * u_step_mm;
        }
        depth += passed;
        if (depth < span.y) break;
        // About as many steps as lead through a brick, then look at the next brick.
        for (int i = 0; i < 8; i++) {
            peak = max(peak, ray_grey(foot + u_towards * depth));
            depth -= u_step_mm;
        }
    }
    float grey = floor(min(peak, 255.0) + 0.5) / 255.0;
    vec4 color = vec4(colormap(u_table, 256.0, grey), 1.0);
    gl_FragColor = grey > 0.0 ? mix(u_background, color, clamp((grey - u_faint.x) * u_faint.y, 0.0, 1.0)) : u_background;
}
