// Slices of an axis-aligned volume in grey, directly into the luma plane: four neighbouring pixels per texel.
//
// Inputs: see slice_aligned, except u_background, grey of pixels without a value; u_luma, Y' per grey, and Y' of black.
// Output: four Y' codes / 255, from left to right, equal to those of slice_aligned followed by planes_luma.
// Variants: NEAREST; HOLES; AIR.
varying float v_column;
varying vec4 v_rows;
varying vec2 v_first_rows;
uniform vec2 u_window;
uniform float u_background;
uniform vec2 u_luma;
#ifdef AIR
uniform sampler2D u_air_rows;
uniform sampler2D u_edge_rows;
#include "lib/air.glsl"
#endif

#define GRID_VEC float
#include "lib/no_data.glsl"
#include "lib/grid_index.glsl"
#include "lib/slice_rows.glsl"
#include "lib/window.glsl"

float luma(float stored, float opacity, float edge)
{
    if (is_no_data(stored)) return u_background * u_luma.x + u_luma.y;
#ifdef AIR
    float grey = on_ground(u_background, window_grey(head_value(stored, opacity), u_window), head_share(opacity, edge));
#else
    float grey = window_grey(stored, u_window);
#endif
    return grey * u_luma.x + u_luma.y;
}

void main()
{
    float row = gl_FragCoord.y - 0.5 - v_first_rows.y;
    float index = v_rows.x + v_rows.y * row;
    vec4 values = slice_values(u_rows, index, v_rows.zw, v_first_rows.x, v_column);
#ifdef AIR
    vec4 opacity = slice_values(u_air_rows, index, v_rows.zw, v_first_rows.x, v_column);
    vec4 edge = slice_values(u_edge_rows, index, v_rows.zw, v_first_rows.x, v_column);
#else
    const vec4 opacity = vec4(1.0);
    const vec4 edge = vec4(1.0);
#endif
    gl_FragColor = vec4(
        luma(values.x, opacity.x, edge.x), luma(values.y, opacity.y, edge.y), luma(values.z, opacity.z, edge.z),
        luma(values.w, opacity.w, edge.w));
}
