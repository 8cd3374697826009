// Stored values of four neighbouring pixels of a slice, from rows as wide as the panel: two rows mixed in float32, or
// the nearest row.
//
// Inputs: source, stored values of several slices, one below the other (pass slice_rows), such as u_rows; u_rows_texel,
// 1 / its height; index, voxel position across the rows (integral at voxel centres); rows.x, number of rows of the
// slice; rows.y, a small step towards larger world coordinates (see nearest_voxel); first_row, first row of the slice in
// the source; column, texture coordinate of the pixels. Output: stored values from left to right; NO_DATA outside the
// slice and without a value. Variants: NEAREST; HOLES.
//
// The row after the slice's last one belongs to another slice, but has weight 0.
uniform sampler2D u_rows;
uniform float u_rows_texel;

vec4 slice_values(sampler2D source, float index, vec2 rows, float first_row, float column)
{
    if (!inside_grid(index, rows.x)) return vec4(NO_DATA);
#ifdef NEAREST
    float row = nearest_voxel(index, rows.x, rows.y);
    return texture2D(source, vec2(column, (first_row + row + 0.5) * u_rows_texel));
#else
    float above;
    float row = linear_base(index, rows.x, above);
    vec2 place = vec2(column, (first_row + row + 0.5) * u_rows_texel);
    vec4 below = texture2D(source, place);
    return mix_taps(below, texture2D(source, place + vec2(0.0, u_rows_texel)), above);
#endif
}
