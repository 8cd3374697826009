// Rows of axis-aligned slices, enlarged along the rows: four neighbouring pixels of the panel per texel, not windowed.
//
// Inputs: u_volume, stored values; varyings, see slice_rows.vert. Output: stored values from left to right (float
// target); NO_DATA without a value, and beside the panel. Variants: NEAREST; BETWEEN; HOLES.
varying vec3 v_voxel;
varying vec3 v_column_step;
varying vec4 v_columns;
varying vec2 v_panel;
#ifdef BETWEEN
varying vec3 v_above_step;
varying float v_weight_above;
#else
const vec3 v_above_step = vec3(0.0);
const float v_weight_above = 0.0;
#endif

#define GRID_VEC float
#include "lib/no_data.glsl"
#include "lib/grid_index.glsl"
#include "lib/slice_row.glsl"

float value_at(float pixel)
{
    if (pixel < v_panel.x || pixel >= v_panel.y) return NO_DATA;
    float index = v_columns.x + v_columns.y * pixel;
    return row_value(index, v_columns.zw, v_voxel, v_column_step, v_above_step, v_weight_above);
}

void main()
{
    float pixel = 4.0 * (gl_FragCoord.x - 0.5);
    gl_FragColor = vec4(value_at(pixel), value_at(pixel + 1.0), value_at(pixel + 2.0), value_at(pixel + 3.0));
}
