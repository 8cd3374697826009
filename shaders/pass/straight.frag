// Premultiplied to straight alpha, for encoders.
//
// Inputs: u_frame, premultiplied sRGB; u_frame_size, pixels. Output: straight sRGB with alpha.
// CPU twin: corticast.core.color.color.straight_alpha.
uniform sampler2D u_frame;
uniform vec2 u_frame_size;

void main()
{
    vec4 color = texture2D(u_frame, gl_FragCoord.xy / u_frame_size);
    gl_FragColor = color.a > 0.0 ? vec4(color.rgb / color.a, color.a) : vec4(0.0);
}
