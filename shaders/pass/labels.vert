// Glyphs and filled rectangles: quads from an atlas, one texel per pixel.
//
// Inputs: a_pixel, corner in frame pixels (edges at integers, y down); a_texel, corner in atlas
// texels; a_color, straight sRGB with opacity.
attribute vec2 a_pixel;
attribute vec2 a_texel;
attribute vec4 a_color;
uniform vec2 u_frame_size;
uniform vec2 u_atlas_size;
varying vec2 v_texcoord;
varying vec4 v_color;

void main()
{
    v_texcoord = a_texel / u_atlas_size;
    v_color = a_color;
    gl_Position = vec4(2.0 * a_pixel / u_frame_size - 1.0, 0.0, 1.0);
}
