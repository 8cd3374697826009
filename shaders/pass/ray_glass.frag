// A brain or a head of glass: its outline shines where the surface turns away from the viewer. The inside of a brain glows
// through. The skin of a head (SKIN) is a thin lit shell, since bright skin and fat would veil all that lies within.
//
// Inputs: u_hits, see ray_hits; u_corner and u_view_size, of the view in pixels of the layout; u_pixel_step; lib/ray_grey,
// lib/ray_field, lib/ray_place, lib/ray_slope, lib/ray_volume, lib/ray_light; u_step_mm; u_density, opacity of white per
// mm; u_ink, shade of a glowing inside and of the outline; u_shade: x + y * shade is looked up, so that the outline is
// dark on a light ground; u_table, colour map; u_background. Output: sRGB, premultiplied. CPU twin: tests/parity/test_views.py.
uniform sampler2D u_hits;
uniform vec2 u_corner;
uniform vec2 u_pixel_step;  // pixels of the layout per pixel of the frame
uniform vec2 u_view_size;
uniform vec3 u_towards;
uniform vec3 u_slope_right;
uniform vec3 u_slope_up;
uniform vec3 u_slope_towards;
uniform float u_step_mm;
uniform float u_density;
uniform vec2 u_ink;
uniform vec2 u_shade;
uniform sampler2D u_table;
uniform vec4 u_background;

#include "lib/ray_grey.glsl"
#include "lib/ray_field.glsl"
#include "lib/ray_slope.glsl"
#include "lib/ray_place.glsl"
#include "lib/ray_volume.glsl"
#include "lib/ray_light.glsl"
#include "lib/colormap.glsl"

#ifdef SKIN
// Ink of the shell: everywhere, where the lamp shines (on a light ground where it does not), and at the outline. Little
// before the middle: contacts there would look pasted on the skin.
const float SHELL = 0.05;
const float LIT = 0.2;
const float RIM = 0.85;
#endif

// Behind this opacity, nothing is visible.
const float OPAQUE = 0.98;

void main()
{
    vec2 pixel = gl_FragCoord.xy * u_pixel_step - u_corner;
    vec4 hit = texture2D(u_hits, pixel / u_view_size);
    if (hit.y <= 0.0) {
        gl_FragColor = u_background;
        return;
    }
    vec3 foot = ray_foot(pixel);
    vec3 slope = ray_slope(foot + u_towards * hit.x, u_slope_right, u_slope_up, u_slope_towards);
    slope /= max(length(slope), 1e-6);
    // The outline of a nearer part, which covers a share of the pixel, is seen from its side.
    float away = mix(1.0 - abs(slope.z), 1.0, max(hit.y - 1.0, 0.0));
    float rim = away * away;
#ifdef SKIN
    float light = ray_light(-slope);
    float shade = clamp(SHELL + LIT * mix(light * light, 1.0 - light, u_shade.x) + RIM * rim * away, 0.0, 1.0);
    float alpha = min(hit.y, 1.0) * shade;
    shade = 1.0;
#else
    vec3 start = in_volume(foot);
    vec3 step_towards = u_volume_scale * u_towards;
    float last = ray_span(pixel).y;
    float glow = 0.0;
    float opacity = 0.0;
    float depth = floor(hit.x / u_step_mm) * u_step_mm;
    for (; depth >= last && opacity < OPAQUE; depth -= u_step_mm) {
        float grey = clamp(ray_grey(start + step_towards * depth) * (1.0 / 255.0), 0.0, 1.0);
        float share = (1.0 - opacity) * min(u_density * u_step_mm * grey, 1.0);
        glow += share * grey;
        opacity += share;
    }
    // Tissue that is bright throughout stays dark enough for sprites to be visible before it.
    float shade = clamp(u_ink.x * (1.0 - exp(-2.4 * glow)) + u_ink.y * rim, 0.0, 1.0);
    float alpha = min(hit.y, 1.0) * max(opacity, 0.8 * rim);
#endif
    vec4 color = vec4(colormap(u_table, 256.0, u_shade.x + u_shade.y * shade), 1.0);
    gl_FragColor = mix(u_background, color, alpha);
}
