// The sprite of a contact.
//
// Inputs: v_offset_px from the centre, v_radius_px of the outer edge; v_color of the activity;
// v_opacity_hollow, x: opacity, y: 1 for a hollow sprite; v_outline, share of u_outline_px; u_outline_px and
// u_outline_color, as lib/sprite_disc has them.
// Output: sRGB, premultiplied. Variants: HOLLOW, when some sprites are;
// BALL, lit balls; RING, rings, with a bar across the hollow ones.
uniform float u_outline_px;
uniform vec3 u_outline_color;
varying vec2 v_offset_px;
varying float v_radius_px;
varying vec3 v_color;
varying vec2 v_opacity_hollow;
varying float v_outline;

#include "lib/sprite_disc.glsl"
#include "lib/sprite_ball.glsl"

void main()
{
    float distance_px = length(v_offset_px);
    float widest_px = v_outline * u_outline_px;
    if (distance_px >= v_radius_px + 0.5) discard;
#ifdef HOLLOW
    bool hollow = v_opacity_hollow.y > 0.5;
#else
    const bool hollow = false;
#endif
    vec3 color = v_color;
    bool is_ring = hollow;
    float bar = 0.0;
#ifdef BALL
    if (!hollow) color = ball_color(v_offset_px / v_radius_px, v_color);
#endif
#ifdef RING
    is_ring = true;
    if (hollow) bar = sprite_bar(v_offset_px, v_radius_px, widest_px);
#endif
    gl_FragColor = sprite_color(
        distance_px, v_radius_px, widest_px, color, u_outline_color, v_opacity_hollow.x, is_ring, bar);
}
