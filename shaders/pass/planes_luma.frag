// The frame's luma plane: four neighbouring samples per texel of the target.
//
// Inputs: u_frame, opaque non-linear sRGB, clamped to its edge, so the last row or column repeats beyond it;
// u_frame_texel, 1 / its size. Output: four Y' codes / 255, from left to right.
uniform sampler2D u_frame;
uniform vec2 u_frame_texel;

#include "lib/color_ycbcr.glsl"

float luma(vec2 pixel)
{
    return rgb_to_ycbcr(texture2D(u_frame, (pixel + 0.5) * u_frame_texel).rgb).x;
}

void main()
{
    vec2 texel = gl_FragCoord.xy - 0.5;
    vec2 pixel = vec2(4.0 * texel.x, texel.y);
    gl_FragColor = vec4(
        luma(pixel), luma(pixel + vec2(1.0, 0.0)), luma(pixel + vec2(2.0, 0.0)), luma(pixel + vec2(3.0, 0.0)));
}
