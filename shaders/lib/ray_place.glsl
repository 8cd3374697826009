// The ray of a pixel: its texture coordinates in the volume, and the range of depths that may hold anything.
//
// Inputs: u_origin, texture coordinates of the view's top left corner at depth 0; u_right and u_down, steps per pixel;
// u_spans, near and far depth of each tile of TILE_PX pixels, in mm towards the viewer; u_spans_size, number of tiles;
// u_bricks, a number for each brick of voxels; u_bricks_size, number of bricks; u_bricks_scale, volumes per grid of
// bricks; pixel, position in the view, edges at integers.
// CPU twins: tests/parity/reference.py, corticast.core.geometry.bricks.
uniform vec3 u_origin;
uniform vec3 u_right;
uniform vec3 u_down;
uniform sampler2D u_spans;
uniform vec2 u_spans_size;
uniform sampler3D u_bricks;
uniform vec3 u_bricks_scale;
uniform vec3 u_bricks_size;
const float TILE_PX = 8.0;

vec3 ray_foot(vec2 pixel)
{
    return u_origin + u_right * pixel.x + u_down * pixel.y;
}

vec2 ray_span(vec2 pixel)
{
    return texture2D(u_spans, (floor(pixel / TILE_PX) + 0.5) / u_spans_size).xy;
}

// The number of the brick at a place, 0..255.
float ray_brick(vec3 place)
{
    // Read by index: hardware rounds coordinates, and near a wall would read the other brick.
    vec3 index = floor(place * u_bricks_scale * u_bricks_size);
    return floor(texture3D(u_bricks, (index + 0.5) / u_bricks_size).r * 255.0 + 0.5);
}

// Number of steps that lead out of the empty bricks around a place; 0 if the place's own brick is not empty.
//
// Inputs: place; ray_step, texture coordinates of a step along the ray, all components different from 0. u_bricks holds
// the distance of the nearest brick that is not empty, in bricks.
float ray_steps_out(vec3 place, vec3 ray_step)
{
    vec3 brick = place * u_bricks_scale * u_bricks_size;
    float away = ray_brick(place);
    vec3 walls = floor(brick) + 0.5 + (away - 0.5) * sign(ray_step);
    vec3 steps = (walls - brick) / (ray_step * u_bricks_scale * u_bricks_size);
    return away > 0.0 ? max(ceil(min(min(steps.x, steps.y), steps.z)), 1.0) : 0.0;
}
