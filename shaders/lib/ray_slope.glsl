// Gradient of the smooth field at a place, in the camera's axes.
//
// Inputs: place, texture coordinates; right, up, towards: texture coordinates of steps along the camera's axes, all of
// the same length in mm. Output: field per two steps, by central differences. CPU twin:
// tests/parity/reference.py.
vec3 ray_slope(vec3 place, vec3 right, vec3 up, vec3 towards)
{
    return vec3(
        ray_field(place + right) - ray_field(place - right),
        ray_field(place + up) - ray_field(place - up),
        ray_field(place + towards) - ray_field(place - towards));
}
