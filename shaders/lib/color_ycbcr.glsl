// Non-linear R'G'B' -> Y'CbCr codes / 255.
//
// Inputs: rgb, 0..1; matrix and offset, derived on the CPU from Kr, Kb and the range.
// CPU twin: corticast.core.color.color.rgb_to_ycbcr.
uniform mat3 u_ycbcr_matrix;   // columns are R', G', B'
uniform vec3 u_ycbcr_offset;

vec3 rgb_to_ycbcr(vec3 rgb)
{
    return u_ycbcr_matrix * rgb + u_ycbcr_offset;
}
