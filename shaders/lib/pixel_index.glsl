// Voxel position of the pixel being drawn.
//
// Inputs: origin, position of the centre of frame pixel (0, 0); right and down, steps per pixel:
// an affine map that the CPU computes in float64. Output: voxel indices, integral at centres.
GRID_VEC pixel_index(GRID_VEC origin, GRID_VEC right, GRID_VEC down)
{
    vec2 pixel = gl_FragCoord.xy - 0.5;
    return origin + right * pixel.x + down * pixel.y;
}
