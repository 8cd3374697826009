// A slice of an axis-aligned volume, enlarged from voxel resolution and windowed last.
//
// Inputs: u_index_origin, voxel position within the slice of the centre of frame pixel (0, 0); u_index_step, voxels
// from one pixel to the next; the slice as lib/slice_value has it; u_window, stored values drawn black and white;
// u_table, colour map; u_background, drawn where there is no value.
// Output: sRGB, premultiplied. Variants: NEAREST; GATHER; HOLES, when voxels may have no value; GREY, when the
// colour map is the plain grey one.
#ifdef GATHER
#extension GL_ARB_texture_gather : require
#endif
uniform vec2 u_index_origin;
uniform vec2 u_index_step;
uniform vec2 u_window;
uniform sampler2D u_table;
uniform vec4 u_background;

#define GRID_VEC vec2
#include "lib/no_data.glsl"
#include "lib/grid_index.glsl"
#include "lib/slice_value.glsl"
#include "lib/window.glsl"
#include "lib/colormap.glsl"

void main()
{
    vec2 index = u_index_origin + u_index_step * (gl_FragCoord.xy - 0.5);
    if (!inside_grid(index, u_slot.xy)) {
        gl_FragColor = u_background;
        return;
    }
    float stored = slice_value(index);
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
