// A slice through a volume in any orientation: eight taps per pixel, mixed in float32.
//
// Inputs: u_volume, stored values or colours; u_volume_shape, number of voxels; u_window, see lib/window; u_table,
// colour map; u_background, colour of pixels without a value and behind transparent colours. Output: sRGB,
// premultiplied. Variants: NEAREST; RGB_VOXELS; HOLES, GREY and AIR, see slice_aligned,
// with u_opacity and u_edge in place of their rows. CPU twin: tests/parity/reference.py.
uniform sampler3D u_volume;
uniform vec3 u_volume_shape;
uniform vec2 u_window;
uniform vec3 u_tie;
uniform vec3 u_index_origin;
uniform vec3 u_index_right;
uniform vec3 u_index_down;
uniform sampler2D u_table;
uniform vec4 u_background;
#ifdef AIR
uniform sampler3D u_opacity;
uniform sampler3D u_edge;
#include "lib/air.glsl"
#endif

#define GRID_VEC vec3
#include "lib/no_data.glsl"
#include "lib/grid_index.glsl"
#include "lib/pixel_index.glsl"
#include "lib/window.glsl"
#include "lib/colormap.glsl"

vec4 texel(vec3 index)
{
    return texture3D(u_volume, (index + 0.5) / u_volume_shape);
}

#ifdef RGB_VOXELS
#define TAP vec4
vec4 voxel(vec3 index)
{
    // Premultiply before mixing, so that a transparent neighbour adds no colour.
    vec4 color = texel(index);
    return vec4(color.rgb * color.a, color.a);
}
vec4 mix_along(vec4 a, vec4 b, float weight_b)
{
    return mix(a, b, weight_b);
}
#else
#define TAP float
float voxel(vec3 index)
{
    return texel(index).r;
}
float mix_along(float a, float b, float weight_b)
{
    return mix_taps(a, b, weight_b);
}
#endif

TAP sample_volume(vec3 index)
{
#ifdef NEAREST
    return voxel(nearest_voxel(index, u_volume_shape, u_tie));
#else
    vec3 above;
    vec3 base = linear_base(index, u_volume_shape, above);
    TAP low = mix_along(
        mix_along(voxel(base), voxel(base + vec3(1.0, 0.0, 0.0)), above.x),
        mix_along(voxel(base + vec3(0.0, 1.0, 0.0)), voxel(base + vec3(1.0, 1.0, 0.0)), above.x),
        above.y);
    TAP high = mix_along(
        mix_along(voxel(base + vec3(0.0, 0.0, 1.0)), voxel(base + vec3(1.0, 0.0, 1.0)), above.x),
        mix_along(voxel(base + vec3(0.0, 1.0, 1.0)), voxel(base + vec3(1.0, 1.0, 1.0)), above.x),
        above.y);
    return mix_along(low, high, above.z);
#endif
}

#ifdef AIR
float share_tap(sampler3D source, vec3 index)
{
    return texture3D(source, (index + 0.5) / u_volume_shape).r;
}

float sample_share(sampler3D source, vec3 index)
{
#ifdef NEAREST
    return share_tap(source, nearest_voxel(index, u_volume_shape, u_tie));
#else
    vec3 above;
    vec3 base = linear_base(index, u_volume_shape, above);
    vec4 low = vec4(
        share_tap(source, base), share_tap(source, base + vec3(1.0, 0.0, 0.0)),
        share_tap(source, base + vec3(0.0, 1.0, 0.0)), share_tap(source, base + vec3(1.0, 1.0, 0.0)));
    base.z += 1.0;
    vec4 high = vec4(
        share_tap(source, base), share_tap(source, base + vec3(1.0, 0.0, 0.0)),
        share_tap(source, base + vec3(0.0, 1.0, 0.0)), share_tap(source, base + vec3(1.0, 1.0, 0.0)));
    vec4 plane = mix(low, high, above.z);
    vec2 row = mix(plane.xy, plane.zw, above.y);
    return mix(row.x, row.y, above.x);
#endif
}
#endif

void main()
{
    vec3 index = pixel_index(u_index_origin, u_index_right, u_index_down);
    if (!inside_grid(index, u_volume_shape)) {
        gl_FragColor = u_background;
        return;
    }
    TAP value = sample_volume(index);
#ifdef AIR
    float opacity = sample_share(u_opacity, index);
    float share = head_share(opacity, sample_share(u_edge, index));
#endif
#ifdef RGB_VOXELS
#ifdef AIR
    value.a = min(value.a, share);
#endif
    vec3 color = clamp((value.rgb * 255.0 - u_window.x) * u_window.y * (1.0 / 255.0), 0.0, 1.0);
    gl_FragColor = vec4(min(color, vec3(value.a)), value.a) + (1.0 - value.a) * u_background;
#else
#ifdef HOLES
    if (is_no_data(value)) {
        gl_FragColor = u_background;
        return;
    }
#endif
#ifdef AIR
    value = head_value(value, opacity);
#endif
    float grey = window_grey(value, u_window);
#ifdef GREY
    gl_FragColor = vec4(vec3(grey), 1.0);
#else
    gl_FragColor = vec4(colormap(u_table, 256.0, grey), 1.0);
#endif
#ifdef AIR
    gl_FragColor = on_ground(u_background, gl_FragColor, share);
#endif
#endif
}
