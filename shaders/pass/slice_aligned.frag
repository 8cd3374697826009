// Slices of an axis-aligned volume, enlarged across their rows, then windowed.
//
// Inputs: varyings, see slice_aligned.vert; u_rows, the slices' rows, see lib/slice_rows; u_window, see lib/window;
// u_table, colour map; u_background, colour of pixels without a value.
// Output: sRGB, premultiplied. Variants: NEAREST; HOLES, if voxels may have no value; GREY, if the colour map is plain
// grey; AIR, if the background shows in place of the air: u_air_rows and u_edge_rows, the rows of the
// head's opacity and edge; lib/air.
varying float v_column;
varying vec4 v_rows;
varying vec2 v_first_rows;
uniform vec2 u_window;
uniform sampler2D u_table;
uniform vec4 u_background;
#ifdef AIR
uniform sampler2D u_air_rows;
uniform sampler2D u_edge_rows;
#include "lib/air.glsl"
#endif

#define GRID_VEC float
#include "lib/no_data.glsl"
#include "lib/grid_index.glsl"
#include "lib/slice_rows.glsl"
#include "lib/window.glsl"
#include "lib/colormap.glsl"

// The value of a pixel from those of the four that its texel holds.
float of_pixel(vec4 values)
{
    float of_four = mod(gl_FragCoord.x - 0.5, 4.0);
    vec2 pair = of_four < 1.5 ? values.xy : values.zw;
    return of_four == 0.0 || of_four == 2.0 ? pair.x : pair.y;
}

void main()
{
    float index = v_rows.x + v_rows.y * (gl_FragCoord.y - 0.5 - v_first_rows.y);
    float stored = of_pixel(slice_values(u_rows, index, v_rows.zw, v_first_rows.x, v_column));
    if (is_no_data(stored)) {
        gl_FragColor = u_background;
        return;
    }
#ifdef AIR
    float opacity = of_pixel(slice_values(u_air_rows, index, v_rows.zw, v_first_rows.x, v_column));
    float edge = of_pixel(slice_values(u_edge_rows, index, v_rows.zw, v_first_rows.x, v_column));
    stored = head_value(stored, opacity);
#endif
    float grey = window_grey(stored, u_window);
#ifdef GREY
    gl_FragColor = vec4(vec3(grey), 1.0);
#else
    gl_FragColor = vec4(colormap(u_table, 256.0, grey), 1.0);
#endif
#ifdef AIR
    gl_FragColor = on_ground(u_background, gl_FragColor, head_share(opacity, edge));
#endif
}
