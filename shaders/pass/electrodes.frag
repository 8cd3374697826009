// An electrode sprite: a disc in the colour of its activity with a dark outline, antialiased.
//
// Inputs: v_offset_px from the centre, v_radius_px of the outer edge; v_color of the activity;
// u_outline_px, width of the outline inside the edge. Output: sRGB, premultiplied.
// Variants: HOLLOW, when some sprites are.
uniform float u_outline_px;
uniform vec3 u_outline_color;
varying vec2 v_offset_px;
varying float v_radius_px;
varying vec3 v_color;
varying vec2 v_opacity_hollow;

// Share of a pixel that lies within a radius.
float covered(float distance_px, float radius_px)
{
    return clamp(radius_px + 0.5 - distance_px, 0.0, 1.0);
}

void main()
{
    float distance_px = length(v_offset_px);
    float disc = covered(distance_px, v_radius_px);
    if (disc <= 0.0) discard;
    // Small sprites keep most of their disc coloured.
    float outline_px = min(u_outline_px, 0.3 * v_radius_px);
    float inner = covered(distance_px, v_radius_px - outline_px);
    vec3 color = mix(u_outline_color, v_color, inner);
#ifdef HOLLOW
    if (v_opacity_hollow.y > 0.5) {
        // A bad channel: a ring of the activity's colour between two outlines, open in the middle.
        float ring_px = max(2.0 * outline_px, 0.25 * v_radius_px);
        float hole = covered(distance_px, v_radius_px - outline_px - ring_px);
        disc *= 1.0 - hole;
    }
#endif
    float alpha = disc * v_opacity_hollow.x;
    gl_FragColor = vec4(color * alpha, alpha);
}
