// Light around a sprite.
//
// Inputs: distance_px from the centre of the sprite; radius_px of its outer edge; halo_px, width of the halo; strength,
// opacity at the edge of the sprite. Output: opacity, 0 from the halo's outer edge on.
// CPU twin: corticast.core.geometry.sprite_styles.halo_opacity.
float sprite_halo(float distance_px, float radius_px, float halo_px, float strength)
{
    float share = clamp(1.0 - (distance_px - radius_px) / max(halo_px, 1e-3), 0.0, 1.0);
    return strength * share * share;
}
