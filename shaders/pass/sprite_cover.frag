// The pixels that a contact touches, which no halo may change.
//
// Inputs: v_offset_px from the centre, v_radius_px of the sprite; v_opacity_hollow, x: opacity.
// Output: 1 where sprites.frag draws the contact.
varying vec2 v_offset_px;
varying float v_radius_px;
varying vec2 v_opacity_hollow;

void main()
{
    if (length(v_offset_px) >= v_radius_px + 0.5 || v_opacity_hollow.x <= 0.0) discard;
    gl_FragColor = vec4(1.0);
}
