// Leaders: a line that is antialiased over one pixel.
//
// Inputs: v_across, pixels from the middle of the line; u_half_px, half its width; u_color, sRGB with opacity.
// Output: sRGB, premultiplied. CPU twin: corticast.core.text.leaders.coverage.
uniform float u_half_px;
uniform vec4 u_color;
varying float v_across;

void main()
{
    float alpha = u_color.a * clamp(u_half_px + 0.5 - abs(v_across), 0.0, 1.0);
    gl_FragColor = vec4(u_color.rgb * alpha, alpha);
}
