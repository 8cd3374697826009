// Stored value at a position of an extracted slice: four taps mixed in float32, or the nearest one.
//
// Inputs: index, voxel position within the slice (integral at voxel centres, inside the slice); u_slices, stored
// values of several slices one below the other (pass slice_extract); u_slices_texel, 1 / its size; u_slot, the
// slice's columns, rows and first row in u_slices. Output: stored value, NO_DATA where there is none.
// Variants: NEAREST; GATHER, where one look-up gives four taps. CPU twin: tests/parity/reference.py.
//
// A tap beyond the slice's last row is one of another slice, and has weight 0.
uniform sampler2D u_slices;
uniform vec2 u_slices_texel;
uniform vec3 u_slot;
uniform vec2 u_tie;

float slice_tap(vec2 voxel)
{
    return texture2D(u_slices, (voxel + vec2(0.5, 0.5 + u_slot.z)) * u_slices_texel).r;
}

float slice_value(vec2 index)
{
#ifdef NEAREST
    return slice_tap(nearest_voxel(index, u_slot.xy, u_tie));
#else
    vec2 above;
    vec2 base = linear_base(index, u_slot.xy, above);
#ifdef GATHER
    vec4 taps = textureGather(u_slices, (base + vec2(1.0, 1.0 + u_slot.z)) * u_slices_texel);
#else
    vec4 taps = vec4(
        slice_tap(base + vec2(0.0, 1.0)), slice_tap(base + vec2(1.0, 1.0)),
        slice_tap(base + vec2(1.0, 0.0)), slice_tap(base));
#endif
    return mix_taps(mix_taps(taps.w, taps.z, above.x), mix_taps(taps.x, taps.y, above.x), above.y);
#endif
}
