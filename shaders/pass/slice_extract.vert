// Slices of an axis-aligned volume, one below the other in a target of voxel resolution.
//
// Inputs: a_pixel, corner in target pixels (edges at integers); a_voxel, texture coordinates of the volume there;
// a_above, step from a voxel below the plane to the one above it, in texture coordinates; a_weight_above, share
// of the latter.
attribute vec2 a_pixel;
attribute vec3 a_voxel;
attribute vec3 a_above;
attribute float a_weight_above;
uniform vec2 u_target_size;
varying vec3 v_voxel;
varying vec3 v_above;
varying float v_weight_above;

void main()
{
    v_voxel = a_voxel;
    v_above = a_above;
    v_weight_above = a_weight_above;
    gl_Position = vec4(2.0 * a_pixel / u_target_size - 1.0, 0.0, 1.0);
}
