// Where a sample point falls on a grid of voxels.
//
// Inputs: index, a position in voxel indices (integral at voxel centres); shape, voxels per axis.
// The same code serves one to three axes: GRID_VEC is defined by the pass that includes this file.
// CPU twin: tests/parity/reference.py.

// Positions this close to a voxel centre are on it. Affines are float32 here: without this a NaN
// neighbour of weight 1e-6 would blank a pixel in one orientation of a volume and not in another.
const float ON_CENTRE = 1e-4;

// Whether a position lies in the grid, voxel edges included.
bool inside_grid(GRID_VEC index, GRID_VEC shape)
{
    return index == clamp(index, GRID_VEC(-0.5 - ON_CENTRE), shape - 0.5 + ON_CENTRE);
}

// Lower neighbour of a position on each axis; weight_above is the share of the upper one. In the
// outer half voxel positions are clamped to the last centre.
GRID_VEC linear_base(GRID_VEC index, GRID_VEC shape, out GRID_VEC weight_above)
{
    GRID_VEC clamped = clamp(index, GRID_VEC(0.0), shape - 1.0);
    GRID_VEC base = floor(clamped + ON_CENTRE);
    weight_above = clamp(clamped - base, 0.0, 1.0);
    weight_above *= step(GRID_VEC(ON_CENTRE), weight_above);
    return base;
}

// Nearest voxel. tie is a small step towards larger world coordinates: it decides positions that
// lie between two voxels the same way in every storage order.
GRID_VEC nearest_voxel(GRID_VEC index, GRID_VEC shape, GRID_VEC tie)
{
    return clamp(floor(index + 0.5 + tie), GRID_VEC(0.0), shape - 1.0);
}
