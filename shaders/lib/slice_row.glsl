// Stored value in a row of voxels of an axis-aligned volume: two taps mixed in float32, or the nearest tap.
//
// Inputs: index, voxel position along the row (integral at voxel centres); columns.x, number of voxels in the row;
// columns.y, a small step towards larger world coordinates (see nearest_voxel); start, texture coordinates of the row's
// first voxel; column_step, step from a voxel to the next; u_volume, stored values. Output: stored value; NO_DATA
// outside the row and without a value.
// Variants: NEAREST; BETWEEN, for planes between two voxels: above_step leads to the row above the plane, which has
// weight weight_above; HOLES.
uniform sampler3D u_volume;

float row_tap(vec3 voxel, vec3 above_step, float weight_above)
{
    float stored = texture3D(u_volume, voxel).r;
#ifdef BETWEEN
    stored = mix_taps(stored, texture3D(u_volume, voxel + above_step).r, weight_above);
#endif
    return stored;
}

float row_value(float index, vec2 columns, vec3 start, vec3 column_step, vec3 above_step, float weight_above)
{
    if (!inside_grid(index, columns.x)) return NO_DATA;
#ifdef NEAREST
    return row_tap(start + column_step * nearest_voxel(index, columns.x, columns.y), above_step, weight_above);
#else
    float share;
    vec3 voxel = start + column_step * linear_base(index, columns.x, share);
    return mix_taps(
        row_tap(voxel, above_step, weight_above), row_tap(voxel + column_step, above_step, weight_above), share);
#endif
}
