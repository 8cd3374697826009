// Position of a sample on a grid of voxels.
//
// Inputs: index, position in voxel indices (integral at voxel centres); shape, voxels per axis. The including pass
// defines GRID_VEC, so the same code serves one to three axes.
// CPU twin: tests/parity/reference.py.

// Positions this close to a voxel centre count as the centre. Affines are float32 here: otherwise a NaN
// neighbour of weight 1e-6 would blank a pixel in one orientation of a volume but not in another.
const float ON_CENTRE = 1e-4;

// Whether a position lies in the grid, voxel edges included.
bool inside_grid(GRID_VEC index, GRID_VEC shape)
{
    return index == clamp(index, GRID_VEC(-0.5 - ON_CENTRE), shape - 0.5 + ON_CENTRE);
}

// Lower neighbour of a position on each axis. weight_above is the weight of the upper neighbour. Positions in the
// outer halves of the outermost voxels are clamped to the voxel centres.
GRID_VEC linear_base(GRID_VEC index, GRID_VEC shape, out GRID_VEC weight_above)
{
    GRID_VEC clamped = clamp(index, GRID_VEC(0.0), shape - 1.0);
    GRID_VEC base = floor(clamped + ON_CENTRE);
    weight_above = clamp(clamped - base, 0.0, 1.0);
    weight_above *= step(GRID_VEC(ON_CENTRE), weight_above);
    return base;
}

// Nearest voxel. tie is a small step towards larger world coordinates: positions between two voxels
// then get the same voxel in every storage order.
GRID_VEC nearest_voxel(GRID_VEC index, GRID_VEC shape, GRID_VEC tie)
{
    return clamp(floor(index + 0.5 + tie), GRID_VEC(0.0), shape - 1.0);
}
