// Stored value -> grey in 0..1, rounded to 8 bits.
//
// Inputs: stored, value in the texture; window.x, stored value drawn black; window.y, grey levels (of 255) per stored
// unit, negative if smaller values are lighter. Output: non-linear grey, a multiple of 1/255.
// CPU twin: corticast.core.color.color.grey_of_value.
float window_grey(float stored, vec2 window)
{
    return floor(clamp((stored - window.x) * window.y, 0.0, 255.0) + 0.5) * (1.0 / 255.0);
}
