// Slices of an axis-aligned volume at voxel resolution, unwindowed.
//
// Inputs: u_volume, stored values; v_voxel, texture coordinates of a voxel's centre; v_above and v_weight_above as
// slice_extract.vert has them. Output: stored value in red (float target), NO_DATA where there is none.
// Variants: BETWEEN, for planes between two voxels; HOLES. CPU twin: tests/parity/reference.py.
uniform sampler3D u_volume;
varying vec3 v_voxel;
#ifdef BETWEEN
varying vec3 v_above;
varying float v_weight_above;
#endif

#include "lib/no_data.glsl"

void main()
{
    float stored = texture3D(u_volume, v_voxel).r;
#ifdef BETWEEN
    stored = mix_taps(stored, texture3D(u_volume, v_voxel + v_above).r, v_weight_above);
#endif
    gl_FragColor = vec4(stored, 0.0, 0.0, 1.0);
}
