// The smooth field of a volume at a place on a ray: 1 at the surface, more within.
//
// Inputs: u_field, texels of corticast.core.geometry.surface_field, linearly filtered; place, texture coordinates.
// Output: 0..2; 0 outside the field's box. CPU twin: tests/parity/reference.py.
uniform sampler3D u_field;

// Twin of FIELD_LEVEL: texels are integers of 16 bits.
const float PER_TEXEL = 65535.0 / 8191.0;

float ray_field(vec3 place)
{
    vec3 beyond = abs(place - 0.5);
    if (max(max(beyond.x, beyond.y), beyond.z) > 0.5) return 0.0;
    return texture3D(u_field, place).r * PER_TEXEL;
}
