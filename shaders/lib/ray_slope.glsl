// Gradient of the grey at a place, in the axes of the camera.
//
// Inputs: place, texture coordinates; right, up, towards: texture coordinates of a step along the camera's axes, of
// the same length in mm. Output: grey levels per two steps, by central differences. CPU twin: tests/parity/reference.py.
vec3 ray_slope(vec3 place, vec3 right, vec3 up, vec3 towards)
{
    return vec3(
        ray_grey(place + right) - ray_grey(place - right),
        ray_grey(place + up) - ray_grey(place - up),
        ray_grey(place + towards) - ray_grey(place - towards));
}
