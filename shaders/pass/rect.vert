// A rectangle of the frame, in pixels.
//
// Inputs: a_pixel, corner in frame pixels (edges at integers, y down); a_texcoord, carried along.
// Row 0 of a target is the top of the picture, so y needs no flip.
attribute vec2 a_pixel;
attribute vec2 a_texcoord;
uniform vec2 u_target_size;
varying vec2 v_texcoord;

void main()
{
    v_texcoord = a_texcoord;
    gl_Position = vec4(2.0 * a_pixel / u_target_size - 1.0, 0.0, 1.0);
}
