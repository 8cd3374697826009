// Rows of axis-aligned slices, one slice below the other.
//
// Inputs: a_pixel, corner in target texels (edges at integers); a_voxel, texture coordinates of the volume at that
// corner, in the first column of voxels; a_column_step, step from a voxel of a row to the next, in texture coordinates;
// a_columns: x, voxel position along the row at the left pixel of the target's first texel; y, step to the next pixel;
// z and w, `columns` of lib/slice_row; a_panel, first pixel of the panel and the one after the last; a_above_step and
// a_weight_above, see lib/slice_row.
attribute vec2 a_pixel;
attribute vec3 a_voxel;
attribute vec3 a_column_step;
attribute vec4 a_columns;
attribute vec2 a_panel;
attribute vec3 a_above_step;
attribute float a_weight_above;
uniform vec2 u_target_size;
varying vec3 v_voxel;
varying vec3 v_column_step;
varying vec4 v_columns;
varying vec2 v_panel;
varying vec3 v_above_step;
varying float v_weight_above;

void main()
{
    v_voxel = a_voxel;
    v_column_step = a_column_step;
    v_columns = a_columns;
    v_panel = a_panel;
    v_above_step = a_above_step;
    v_weight_above = a_weight_above;
    gl_Position = vec4(2.0 * a_pixel / u_target_size - 1.0, 0.0, 1.0);
}
