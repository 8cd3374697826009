// The frame's chroma planes at half resolution: four neighbouring samples of one plane per texel.
//
// A row of the target holds two rows of a plane side by side. All rows of Cb come before those of Cr. So the target's
// bytes, after those of the luma, are planar 4:2:0.
//
// Inputs: u_frame, opaque non-linear sRGB, clamped to its edge; u_frame_texel, 1 / its size; u_luma_rows, number of
// rows of luma in the target; u_row_texels, texels per target row. A chroma sample lies on the left of its two luma
// columns, and between its two rows (ITU-T H.264, figure E-1, location 0). So columns have weights 1 2 1, and rows 1 1.
// Output: four codes / 255, from left to right.
uniform sampler2D u_frame;
uniform vec2 u_frame_texel;
uniform float u_luma_rows;
uniform float u_row_texels;

#include "lib/color_ycbcr.glsl"

vec3 frame_rgb(vec2 pixel)
{
    return texture2D(u_frame, (pixel + 0.5) * u_frame_texel).rgb;
}

vec3 column_rgb(vec2 pixel)
{
    return 0.5 * (frame_rgb(pixel) + frame_rgb(pixel + vec2(0.0, 1.0)));
}

void main()
{
    vec2 texel = gl_FragCoord.xy - 0.5;
    float half_texels = 0.5 * u_row_texels;
    float right_half = step(half_texels, texel.x);
    float plane_row = 2.0 * (texel.y - u_luma_rows) + right_half;
    float is_cr = step(0.5 * u_luma_rows, plane_row);
    vec2 pixel = vec2(8.0 * (texel.x - right_half * half_texels), 2.0 * (plane_row - is_cr * 0.5 * u_luma_rows));
    // Only the needed row of the matrix, not all three.
    vec3 weights = is_cr > 0.5
        ? vec3(u_ycbcr_matrix[0].z, u_ycbcr_matrix[1].z, u_ycbcr_matrix[2].z)
        : vec3(u_ycbcr_matrix[0].y, u_ycbcr_matrix[1].y, u_ycbcr_matrix[2].y);
    float offset = is_cr > 0.5 ? u_ycbcr_offset.z : u_ycbcr_offset.y;
    vec3 left = column_rgb(pixel - vec2(1.0, 0.0));
    vec4 codes;
    for (int i = 0; i < 4; ++i) {
        vec3 centre = column_rgb(pixel);
        vec3 right = column_rgb(pixel + vec2(1.0, 0.0));
        float code = dot(weights, 0.25 * left + 0.5 * centre + 0.25 * right) + offset;
        if (i == 0) codes.x = code;
        else if (i == 1) codes.y = code;
        else if (i == 2) codes.z = code;
        else codes.w = code;
        left = right;
        pixel.x += 2.0;
    }
    gl_FragColor = codes;
}
