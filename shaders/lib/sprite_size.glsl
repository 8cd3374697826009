// Activity -> diameter of a sprite in pixels.
//
// Inputs: activity, 0..1, or -1..1 if signed (its magnitude counts); range_px, diameters at activity 0 and 1.
// CPU twin: corticast.core.geometry.sprites.diameter_px.
float sprite_diameter_px(float activity, vec2 range_px)
{
    return range_px.x + (range_px.y - range_px.x) * max(min(abs(activity), 1.0), 0.01);
}
