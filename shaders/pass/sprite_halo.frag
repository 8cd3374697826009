// The halo of a contact, for a layer in which the brightest halo counts.
//
// Inputs: v_offset_px from the centre, v_radius_px of the sprite; v_halo, x: width in pixels, y: opacity at the edge of
// the sprite; v_color of the activity. Output: sRGB, premultiplied; 0 without a halo.
varying vec2 v_offset_px;
varying float v_radius_px;
varying vec3 v_color;
varying vec2 v_halo;

#include "lib/sprite_halo.glsl"

void main()
{
    float alpha = sprite_halo(length(v_offset_px), v_radius_px, v_halo.x, v_halo.y);
    if (alpha <= 0.0) discard;
    gl_FragColor = vec4(v_color * alpha, alpha);
}
