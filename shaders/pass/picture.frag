// A picture drawn into a rectangle, texel by texel or pixel by pixel.
//
// Inputs: u_picture, sRGB, premultiplied where it has coverage; v_texcoord, 0..1 over the rectangle.
// Output: sRGB, premultiplied.
uniform sampler2D u_picture;
varying vec2 v_texcoord;

void main()
{
    gl_FragColor = texture2D(u_picture, v_texcoord);
}
