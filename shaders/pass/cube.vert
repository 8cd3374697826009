// The orientation cube of a view: one quad around the cube.
//
// Inputs: a_pixel, corner in frame pixels (edges at integers, y down); u_centre, middle of the cube in these pixels;
// u_half_px, half an edge of the cube.
attribute vec2 a_pixel;
uniform vec2 u_frame_size;
uniform vec2 u_centre;
uniform float u_half_px;
varying vec2 v_place;

void main()
{
    v_place = vec2(a_pixel.x - u_centre.x, u_centre.y - a_pixel.y) / u_half_px;
    gl_Position = vec4(2.0 * a_pixel / u_frame_size - 1.0, 0.0, 1.0);
}
