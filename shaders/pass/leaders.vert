// Leaders: thin straight lines from contacts to their names, one quad per line.
//
// Inputs: a_pixel, corner in frame pixels (edges at integers, y down); a_across, pixels from the middle of the line.
attribute vec2 a_pixel;
attribute float a_across;
uniform vec2 u_frame_size;
varying float v_across;

void main()
{
    v_across = a_across;
    gl_Position = vec4(2.0 * a_pixel / u_frame_size - 1.0, 0.0, 1.0);
}
