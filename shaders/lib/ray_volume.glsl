// From the box of the smooth field (lib/ray_field) to the whole volume.
//
// Inputs: u_volume_scale, u_volume_origin: size of the field's box and place of its corner, in volumes; place, texture
// coordinates in the field's box. Output: texture coordinates in the volume. CPU twin: tests/parity/reference.py.
uniform vec3 u_volume_scale;
uniform vec3 u_volume_origin;

vec3 in_volume(vec3 place)
{
    return u_volume_origin + u_volume_scale * place;
}
