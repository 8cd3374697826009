// A slice of an axis-aligned volume, enlarged from voxel resolution and windowed last.
//
// Inputs: u_plane, stored values of one slice (pass slice_extract); u_plane_shape, its texels;
// u_window, stored values drawn black and white; u_table, colour map. u_background, drawn
// where there is no value. Output: sRGB, premultiplied. Variants: NEAREST; HOLES, when voxels may have no value; GREY, when the
// colour map is the plain grey one.
uniform sampler2D u_plane;
uniform vec2 u_plane_shape;
uniform vec2 u_window;
uniform vec2 u_tie;
uniform vec2 u_index_origin;
uniform vec2 u_index_right;
uniform vec2 u_index_down;
uniform sampler2D u_table;
uniform vec4 u_background;

#define GRID_VEC vec2
#include "lib/no_data.glsl"
#include "lib/grid_index.glsl"
#include "lib/pixel_index.glsl"
#include "lib/window.glsl"
#include "lib/colormap.glsl"

float voxel(vec2 index)
{
    return texture2D(u_plane, (index + 0.5) / u_plane_shape).r;
}

void main()
{
    vec2 index = pixel_index(u_index_origin, u_index_right, u_index_down);
    if (!inside_grid(index, u_plane_shape)) {
        gl_FragColor = u_background;
        return;
    }
#ifdef NEAREST
    float stored = voxel(nearest_voxel(index, u_plane_shape, u_tie));
#else
    vec2 above;
    vec2 base = linear_base(index, u_plane_shape, above);
    float stored = mix_taps(
        mix_taps(voxel(base), voxel(base + vec2(1.0, 0.0)), above.x),
        mix_taps(voxel(base + vec2(0.0, 1.0)), voxel(base + vec2(1.0, 1.0)), above.x),
        above.y);
#endif
#ifdef HOLES
    if (is_no_data(stored)) {
        gl_FragColor = u_background;
        return;
    }
#endif
    float grey = window_grey(stored, u_window);
#ifdef GREY
    gl_FragColor = vec4(vec3(grey), 1.0);
#else
    gl_FragColor = vec4(colormap(u_table, 256.0, grey), 1.0);
#endif
}
