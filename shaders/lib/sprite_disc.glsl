// A sprite's pixel: a disc in the colour of its activity with a dark outline, antialiased over one pixel.
//
// Inputs: distance_px from the centre of the sprite; radius_px of its outer edge; widest_px, the outline's width on
// large sprites; colours in sRGB; opacity; hollow, whether the sprite is the ring of a bad channel. Output: sRGB,
// premultiplied, and alpha. CPU twin: corticast.core.geometry.sprites.sprite_pixels.

// Shares of the radius that the outline takes at most, and that the ring of a bad channel takes at least.
const float MOST_OUTLINE = 0.3;
const float LEAST_RING = 0.25;

// Share of a pixel that lies within a radius.
float sprite_covered(float distance_px, float radius_px)
{
    return clamp(radius_px + 0.5 - distance_px, 0.0, 1.0);
}

// Width of the outline: small sprites keep most of their disc coloured.
float sprite_outline_px(float radius_px, float widest_px)
{
    return min(widest_px, MOST_OUTLINE * radius_px);
}

vec4 sprite_color(
    float distance_px, float radius_px, float widest_px, vec3 color, vec3 outline_color, float opacity, bool hollow)
{
    float disc = sprite_covered(distance_px, radius_px);
    float outline_px = sprite_outline_px(radius_px, widest_px);
    float inner = sprite_covered(distance_px, radius_px - outline_px);
    if (hollow) {
        // A ring of the activity's colour between two outlines.
        float ring_px = max(2.0 * outline_px, LEAST_RING * radius_px);
        disc *= 1.0 - sprite_covered(distance_px, radius_px - outline_px - ring_px);
    }
    float alpha = disc * opacity;
    return vec4(mix(outline_color, color, inner) * alpha, alpha);
}
