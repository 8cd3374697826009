// Electrode sprites: one quad per contact and panel.
//
// Inputs: a_corner, -1 or 1 on both axes; a_centre, frame pixels (integral at pixel centres, y
// down); a_activity, 0..1 (-1..1 when signed); a_style, x: share of the full size, y: opacity,
// z: 1 for a hollow sprite; u_table, colour map; u_signed, 1 when activity runs -1..1. Quads,
// not point sprites: drivers limit the size of points.
attribute vec2 a_corner;
attribute vec2 a_centre;
attribute float a_activity;
attribute vec3 a_style;
uniform vec2 u_frame_size;
uniform vec2 u_diameter_px;   // at rest and at full activity
uniform sampler2D u_table;
uniform float u_signed;
varying vec2 v_offset_px;     // from the centre
varying float v_radius_px;
varying vec3 v_color;
varying vec2 v_opacity_hollow;

#include "lib/sprite_size.glsl"
#include "lib/colormap.glsl"

void main()
{
    // Looked up once per sprite, not in each of its pixels.
    v_color = colormap(u_table, 256.0, u_signed > 0.5 ? 0.5 + 0.5 * a_activity : a_activity);
    v_opacity_hollow = a_style.yz;
    v_radius_px = 0.5 * a_style.x * sprite_diameter_px(a_activity, u_diameter_px);
    v_offset_px = a_corner * (v_radius_px + 1.0);
    vec2 edge_px = a_centre + 0.5 + v_offset_px;
    gl_Position = vec4(2.0 * edge_px / u_frame_size - 1.0, 0.0, 1.0);
}
