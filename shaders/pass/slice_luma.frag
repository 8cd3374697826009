// Slices of an axis-aligned volume in grey, directly into the luma plane: four neighbouring pixels per texel.
//
// Inputs: see slice_aligned, except u_background, grey of pixels without a value; u_luma, Y' per grey, and Y' of black.
// Output: four Y' codes / 255, from left to right, equal to those of slice_aligned followed by planes_luma.
// Variants: NEAREST; HOLES.
varying float v_column;
varying vec4 v_rows;
varying vec2 v_first_rows;
uniform vec2 u_window;
uniform float u_background;
uniform vec2 u_luma;

#define GRID_VEC float
#include "lib/no_data.glsl"
#include "lib/grid_index.glsl"
#include "lib/slice_rows.glsl"
#include "lib/window.glsl"

float luma(float stored)
{
    float grey = is_no_data(stored) ? u_background : window_grey(stored, u_window);
    return grey * u_luma.x + u_luma.y;
}

void main()
{
    float row = gl_FragCoord.y - 0.5 - v_first_rows.y;
    vec4 values = slice_values(v_rows.x + v_rows.y * row, v_rows.zw, v_first_rows.x, v_column);
    gl_FragColor = vec4(luma(values.x), luma(values.y), luma(values.z), luma(values.w));
}
