// One slice of an axis-aligned volume at voxel resolution, unwindowed.
//
// Inputs: u_volume, stored values; u_volume_shape, voxels; u_slice_voxel, position along the
// slice's voxel axis; u_axis_*, unit vectors from the target's columns, rows and the slice axis to
// voxel axes. Output: stored value in red (float target), NO_DATA where there is none.
// CPU twin: tests/parity/reference.py.
uniform sampler3D u_volume;
uniform vec3 u_volume_shape;
uniform float u_slice_below;    // voxel index below the plane
uniform float u_weight_above;   // share of the voxel above it, 0 on a centre
uniform vec3 u_axis_column;
uniform vec3 u_axis_row;
uniform vec3 u_axis_slice;

#include "lib/no_data.glsl"

float voxel(float slice)
{
    vec2 texel = gl_FragCoord.xy - 0.5;
    vec3 index = u_axis_column * texel.x + u_axis_row * texel.y + u_axis_slice * slice;
    return texture3D(u_volume, (index + 0.5) / u_volume_shape).r;
}

void main()
{
    float below = voxel(u_slice_below);
    float stored = u_weight_above > 0.0 ? mix_taps(below, voxel(u_slice_below + 1.0), u_weight_above) : below;
    gl_FragColor = vec4(stored, 0.0, 0.0, 1.0);
}
