// Stored values that stand for "no value": NaN voxels, and places outside the volume.
//
// The upload replaces NaN by the largest float, since a driver may optimise the comparison of NaN with itself
// away. It clamps real values below the threshold. HOLES is defined for volumes that may have such voxels.
// CPU twin: corticast.gl.volume.NO_DATA.
const float NO_DATA = 3.4e38;
const float NO_DATA_THRESHOLD = 3.3e38;

bool is_no_data(float stored)
{
    return stored > NO_DATA_THRESHOLD;
}

// Mix two neighbouring taps. A tap of weight 0 is ignored. If any other tap has no value, the result
// has no value.
float mix_taps(float a, float b, float weight_b)
{
#ifdef HOLES
    if (weight_b <= 0.0) return a;
    if (weight_b >= 1.0) return b;
    if (is_no_data(a) || is_no_data(b)) return NO_DATA;
#endif
    return a * (1.0 - weight_b) + b * weight_b;
}

// The same for four pairs of taps.
vec4 mix_taps(vec4 a, vec4 b, float weight_b)
{
#ifdef HOLES
    return vec4(
        mix_taps(a.x, b.x, weight_b), mix_taps(a.y, b.y, weight_b),
        mix_taps(a.z, b.z, weight_b), mix_taps(a.w, b.w, weight_b));
#else
    return a * (1.0 - weight_b) + b * weight_b;
#endif
}
