// Value in 0..1 -> colour: the nearest entry of a table.
//
// Inputs: table, an RGB texture of one row; n_entries, its width. Output: non-linear sRGB.
// CPU twin: corticast.core.color.color.look_up.
vec3 colormap(sampler2D table, float n_entries, float value)
{
    float entry = floor(clamp(value, 0.0, 1.0) * (n_entries - 1.0) + 0.5);
    return texture2D(table, vec2((entry + 0.5) / n_entries, 0.5)).rgb;
}
