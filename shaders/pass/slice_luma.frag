// A slice of an axis-aligned volume in grey, straight into the luma plane: four neighbouring pixels per texel.
//
// Inputs: as slice_aligned, but for u_background, the grey drawn where there is no value. Output: four Y' codes / 255,
// left to right, those that slice_aligned and planes_luma give one after the other. Variants: NEAREST; GATHER; HOLES.
#ifdef GATHER
#extension GL_ARB_texture_gather : require
#endif
uniform vec2 u_index_origin;
uniform vec2 u_index_step;
uniform vec2 u_window;
uniform float u_background;

#define GRID_VEC vec2
#include "lib/no_data.glsl"
#include "lib/grid_index.glsl"
#include "lib/slice_value.glsl"
#include "lib/window.glsl"
#include "lib/color_ycbcr.glsl"

float grey_at(vec2 pixel)
{
    vec2 index = u_index_origin + u_index_step * pixel;
    float stored = slice_value(index);
    bool has_value = inside_grid(index, u_slot.xy);
#ifdef HOLES
    has_value = has_value && !is_no_data(stored);
#endif
    return has_value ? window_grey(stored, u_window) : u_background;
}

float luma(vec2 pixel)
{
    return rgb_to_ycbcr(vec3(grey_at(pixel))).x;
}

void main()
{
    vec2 texel = gl_FragCoord.xy - 0.5;
    vec2 pixel = vec2(4.0 * texel.x, texel.y);
    gl_FragColor = vec4(
        luma(pixel), luma(pixel + vec2(1.0, 0.0)), luma(pixel + vec2(2.0, 0.0)), luma(pixel + vec2(3.0, 0.0)));
}
