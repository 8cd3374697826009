// Voxel position of the current pixel.
//
// Inputs: origin, voxel position of the centre of frame pixel (0, 0); right and down, steps per pixel. The CPU computes
// this affine map in float64. Output: voxel indices, integral at voxel centres.
GRID_VEC pixel_index(GRID_VEC origin, GRID_VEC right, GRID_VEC down)
{
    vec2 pixel = gl_FragCoord.xy - 0.5;
    return origin + right * pixel.x + down * pixel.y;
}
