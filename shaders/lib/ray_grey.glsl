// Grey of a volume at a place on a ray, without clamping to black and white.
//
// Inputs: u_volume, stored values or colours, linearly filtered; u_window, see lib/window; place, texture coordinates.
// Output: grey levels of 255; 0 outside the volume and without a value. RGB_VOXELS: the luma of the colour times its
// opacity. CPU twin: tests/parity/reference.py.
uniform sampler3D u_volume;
uniform vec2 u_window;

// Linear filtering mixes "no value" (lib/no_data) with real values. A mix above this contains a noticeable share.
const float RAY_NO_DATA = 1e30;

float ray_grey(vec3 place)
{
    vec3 beyond = abs(place - 0.5);
    if (max(max(beyond.x, beyond.y), beyond.z) > 0.5) return 0.0;
#ifdef RGB_VOXELS
    vec4 color = texture3D(u_volume, place);
    return dot(color.rgb, vec3(0.2126, 0.7152, 0.0722)) * color.a * 255.0;
#else
    float stored = texture3D(u_volume, place).r;
    return stored > RAY_NO_DATA ? 0.0 : (stored - u_window.x) * u_window.y;
#endif
}
