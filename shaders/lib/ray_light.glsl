// Light on a surface: a lamp above the viewer's left shoulder, and a little light from everywhere.
//
// Inputs: normal, unit vector in the camera's axes (right, up, towards the viewer). Output: 0..1.
// CPU twin: tests/parity/reference.py.
const vec3 LIGHT = vec3(-0.3, 0.4, 0.866);

float ray_light(vec3 normal)
{
    float diffuse = max(dot(normal, LIGHT), 0.0);
    float facing = max(normal.z, 0.0);
    return clamp(0.16 + 0.62 * diffuse + 0.22 * facing, 0.0, 1.0);
}
