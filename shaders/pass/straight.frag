// Premultiplied to straight alpha, for encoders.
//
// Inputs: u_frame, premultiplied sRGB of 8 bits; u_frame_size, pixels. Output: straight sRGB with alpha, to the level
// as its CPU twin: corticast.core.color.color.straight_alpha.
uniform sampler2D u_frame;
uniform vec2 u_frame_size;

void main()
{
    // Levels are integers, and halves round up as in the twin: a half before the division, added to the floor of half
    // the alpha, keeps quotients of integers off the next integer.
    vec4 level = floor(texture2D(u_frame, gl_FragCoord.xy / u_frame_size) * 255.0 + 0.5);
    vec3 color = floor((level.rgb * 255.0 + floor(0.5 * level.a) + 0.5) / max(level.a, 1.0));
    gl_FragColor = level.a > 0.0 ? vec4(min(color, 255.0), level.a) / 255.0 : vec4(0.0);
}
