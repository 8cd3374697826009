// Slices of an axis-aligned volume, enlarged across their rows, then windowed.
//
// Inputs: varyings, see slice_aligned.vert; the slices' rows, see lib/slice_rows; u_window, see lib/window; u_table,
// colour map; u_background, colour of pixels without a value.
// Output: sRGB, premultiplied. Variants: NEAREST; HOLES, if voxels may have no value; GREY, if the colour map is plain
// grey.
varying float v_column;
varying vec4 v_rows;
varying vec2 v_first_rows;
uniform vec2 u_window;
uniform sampler2D u_table;
uniform vec4 u_background;

#define GRID_VEC float
#include "lib/no_data.glsl"
#include "lib/grid_index.glsl"
#include "lib/slice_rows.glsl"
#include "lib/window.glsl"
#include "lib/colormap.glsl"

void main()
{
    vec2 pixel = gl_FragCoord.xy - 0.5;
    vec4 values = slice_values(v_rows.x + v_rows.y * (pixel.y - v_first_rows.y), v_rows.zw, v_first_rows.x, v_column);
    float of_four = mod(pixel.x, 4.0);
    vec2 pair = of_four < 1.5 ? values.xy : values.zw;
    float stored = of_four == 0.0 || of_four == 2.0 ? pair.x : pair.y;
    if (is_no_data(stored)) {
        gl_FragColor = u_background;
        return;
    }
    float grey = window_grey(stored, u_window);
#ifdef GREY
    gl_FragColor = vec4(vec3(grey), 1.0);
#else
    gl_FragColor = vec4(colormap(u_table, 256.0, grey), 1.0);
#endif
}
