// The surface that rays have met, lit from beside the viewer.
//
// Inputs: u_hits, see ray_hits; u_corner and u_view_size, of the view in pixels of the layout; u_pixel_step;
// lib/ray_grey, lib/ray_field, lib/ray_place, lib/ray_slope, lib/ray_volume; u_inner_steps, depth under the surface at
// which tissue is sampled, in steps of the slope; u_ambient, share of white that no shade takes; u_table, colour map;
// u_background. Output: sRGB, premultiplied. CPU twin: tests/parity/test_views.py.
uniform sampler2D u_hits;
uniform vec2 u_corner;
uniform vec2 u_pixel_step;  // pixels of the layout per pixel of the frame
uniform vec2 u_view_size;
uniform vec3 u_towards;
uniform vec3 u_slope_right;
uniform vec3 u_slope_up;
uniform vec3 u_slope_towards;
uniform float u_inner_steps;
uniform float u_ambient;
uniform sampler2D u_table;
uniform vec4 u_background;

#include "lib/ray_grey.glsl"
#include "lib/ray_field.glsl"
#include "lib/ray_slope.glsl"
#include "lib/ray_place.glsl"
#include "lib/ray_volume.glsl"
#include "lib/ray_light.glsl"
#include "lib/colormap.glsl"

// The surface's light at a place.
float shade_at(vec3 place)
{
    vec3 slope = ray_slope(place, u_slope_right, u_slope_up, u_slope_towards);
    // The normal points from bright to dark, out of the head.
    vec3 normal = -slope / max(length(slope), 1e-6);
    // The tissue just beneath the surface distinguishes sulci from gyri.
    vec3 inwards = -(normal.x * u_slope_right + normal.y * u_slope_up + normal.z * u_slope_towards) * u_inner_steps;
    float tissue = (ray_grey(in_volume(place + inwards)) + ray_grey(in_volume(place + 2.0 * inwards))) * (0.5 / 255.0);
    return ray_light(normal) * mix(0.55, 1.0, clamp(tissue, 0.0, 1.0));
}

void main()
{
    vec2 pixel = gl_FragCoord.xy * u_pixel_step - u_corner;
    vec4 hit = texture2D(u_hits, pixel / u_view_size);
    if (hit.y <= 0.0) {
        gl_FragColor = u_background;
        return;
    }
    vec3 foot = ray_foot(pixel);
    // The outline of a nearer part may cover a share of the pixel. A loop: software renderers execute both sides of a
    // branch.
    float outline = max(hit.y - 1.0, 0.0);
    float shade = 0.0;
    for (float part = 0.0; part <= ceil(outline); part += 1.0) {
        shade += mix(1.0 - outline, outline, part) * shade_at(foot + u_towards * mix(hit.x, hit.w, part));
    }
    gl_FragColor = mix(u_background, vec4(colormap(u_table, 256.0, mix(shade, 1.0, u_ambient)), 1.0), min(hit.y, 1.0));
}
