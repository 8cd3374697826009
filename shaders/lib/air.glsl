// The head without the air around it: at the rim a sample is a mixture of both.
//
// Inputs: stored, value in the texture, linearly mixed; opacity, share of the head in it, mixed alike; edge, the smoothed
// opacity, mixed alike; u_air, stored value of the air; ground and color, premultiplied. Output of `head_value`: stored
// value of the head alone; of `head_share`: share of the pixel that shows the head; of `on_ground`: the head's colour on
// the ground, rounded to 8 bits. Variant: NEAREST shows whole voxels. CPU twin: tests/parity/test_air.py.
uniform float u_air;

// Below this share a pixel is the ground.
const float LEAST_HEAD = 0.002;

float head_value(float stored, float opacity)
{
    return u_air + (stored - u_air) / max(opacity, LEAST_HEAD);
}

// The head ends where the smoothed opacity is a half, over two thirds of a voxel. Beyond its own voxels, its colour is
// unknown.
float head_share(float opacity, float edge)
{
#ifdef NEAREST
    return opacity;
#else
    return smoothstep(0.3, 0.7, edge) * min(8.0 * opacity, 1.0);
#endif
}

float on_ground(float ground, float color, float opacity)
{
    return floor(mix(ground, color, opacity) * 255.0 + 0.5) * (1.0 / 255.0);
}

vec4 on_ground(vec4 ground, vec4 color, float opacity)
{
    return floor(mix(ground, color, opacity) * 255.0 + 0.5) * (1.0 / 255.0);
}
