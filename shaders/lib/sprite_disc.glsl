// A sprite's pixel: a disc in the colour of its activity with a dark outline, antialiased over one pixel.
//
// Inputs: distance_px from the centre of the sprite; radius_px of its outer edge; widest_px, the outline's width on
// large sprites; colours in sRGB; opacity; hollow, whether the sprite is a ring, such as that of a bad channel; bar, share
// of the pixel that a bar across the ring covers. Output: sRGB, premultiplied, and alpha.
// CPU twin: corticast.core.geometry.sprites.sprite_pixels.

// Shares of the radius that the outline takes at most, and that a ring takes at least.
const float MOST_OUTLINE = 0.3;
const float LEAST_RING = 0.3;

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

// Width of the coloured ring inside its outline: a hole of two fifths stays open even in small sprites.
float sprite_ring_px(float radius_px, float widest_px)
{
    return max(sprite_outline_px(radius_px, widest_px), LEAST_RING * radius_px);
}

// Share of a pixel that a bar from the lower left to the upper right covers, as wide as the ring. offset_px, y down.
float sprite_bar(vec2 offset_px, float radius_px, float widest_px)
{
    float beside_px = abs(offset_px.x + offset_px.y) * 0.70710678;
    return clamp(0.5 * sprite_ring_px(radius_px, widest_px) + 0.5 - beside_px, 0.0, 1.0);
}

vec4 sprite_color(
    float distance_px, float radius_px, float widest_px, vec3 color, vec3 outline_color, float opacity, bool hollow,
    float bar)
{
    float disc = sprite_covered(distance_px, radius_px);
    float outline_px = sprite_outline_px(radius_px, widest_px);
    float inner = sprite_covered(distance_px, radius_px - outline_px);
    if (hollow) {
        float hole_px = radius_px - outline_px - sprite_ring_px(radius_px, widest_px);
        disc *= 1.0 - sprite_covered(distance_px, hole_px) * (1.0 - bar);
    }
    float alpha = disc * opacity;
    return vec4(mix(outline_color, color, inner) * alpha, alpha);
}
