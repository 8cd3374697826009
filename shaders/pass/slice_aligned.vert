// Panels with axis-aligned slices.
//
// Inputs: a_pixel, corner in target pixels (edges at integers); a_column, texture coordinate of the slice's rows at
// that corner; a_rows: x, voxel position across the rows at the panel's first row of pixels; y, step to the next row of
// pixels; z and w, `rows` of lib/slice_rows; a_first_rows: x, `first_row` of lib/slice_rows; y, the panel's first row
// of pixels.
attribute vec2 a_pixel;
attribute float a_column;
attribute vec4 a_rows;
attribute vec2 a_first_rows;
uniform vec2 u_target_size;
varying float v_column;
varying vec4 v_rows;
varying vec2 v_first_rows;

void main()
{
    v_column = a_column;
    v_rows = a_rows;
    v_first_rows = a_first_rows;
    gl_Position = vec4(2.0 * a_pixel / u_target_size - 1.0, 0.0, 1.0);
}
