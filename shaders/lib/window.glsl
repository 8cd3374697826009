// Stored value -> grey in 0..1, on a level of 8 bits.
//
// Inputs: stored, as the texture holds it; window.x and window.y, the stored values drawn black
// and white (window.x may be the larger: a negative slope). Output: non-linear grey, a multiple
// of 1/255. CPU twin: corticast.core.color.grey_of_value.
float window_grey(float stored, vec2 window)
{
    float share = clamp((stored - window.x) / (window.y - window.x), 0.0, 1.0);
    return floor(share * 255.0 + 0.5) / 255.0;
}
