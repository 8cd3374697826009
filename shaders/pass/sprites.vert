// Electrode sprites: one quad per contact and panel.
//
// Inputs: a_corner, -1 or 1 on both axes; a_centre, frame pixels (integral at pixel centres, y down); a_activity, 0..1
// (-1..1 when signed); a_style, x: share of the full size, y: opacity, z: 1 for a hollow sprite, w: share of
// the outline's width; u_table, colour map;
// u_signed, 1 when activity runs -1..1. Quads, not point sprites: drivers limit the size of points. Variant HITS,
// before a surface: a_depth, mm towards the viewer; u_hits, as ray_hits leaves them; u_corner and u_view_size, of the
// view in the frame; u_around_px; u_sunk_mm; u_deep_mm; u_ghost, scale and opacity of contacts under the surface;
// u_ghost_px, their least diameter; u_beyond_mm, how far beyond the middle of the head they are seen. Variant HALO: u_halo,
// x: width of a halo at full activity as a share of the radius then, y: its opacity at the edge of the sprite; u_steady,
// level of all halos in 0..1, below 0 where activity is the level. a_light, 0 for sprites without halo.
attribute vec2 a_corner;
attribute vec2 a_centre;
attribute float a_activity;
attribute vec4 a_style;
attribute vec2 a_diameter_px; // at rest and at full activity
uniform vec2 u_frame_size;
uniform sampler2D u_table;
uniform float u_signed;
varying vec2 v_offset_px;     // from the centre
varying float v_radius_px;
varying vec3 v_color;
varying vec2 v_opacity_hollow;
varying float v_outline;
#ifdef HALO
attribute float a_light;
uniform vec2 u_halo;
uniform float u_steady;
varying vec2 v_halo;          // width in pixels, opacity at the edge of the sprite
#endif
#ifdef HITS
attribute float a_depth;
uniform sampler2D u_hits;
uniform vec2 u_corner;
uniform vec2 u_view_size;
uniform float u_around_px;
uniform float u_sunk_mm;
uniform float u_deep_mm;
uniform vec2 u_ghost;
uniform float u_beyond_mm;
uniform float u_ghost_px;

// Size of a ghost as a share of the contact's own. CPU twin: corticast.core.geometry.contact_strengths.ghost_scale.
float ghost_scale()
{
    return clamp(u_ghost_px / max(max(a_diameter_px.x, a_diameter_px.y), 1e-6), u_ghost.x, 1.0);
}

// Share of a ghost's opacity: the head hides contacts of its far half. CPU twin: corticast.core.geometry.surface_hits.
const float LEAST_SHARE = 0.25;

float ghost_share()
{
    float share = clamp(1.0 + a_depth / u_beyond_mm, 0.0, 1.0);
    return share < LEAST_SHARE ? 0.0 : share;
}

// Whether a contact lies before the surface, on it, or not far under it somewhere about: where the surface turns away a
// contact on it is deep under the point that hides it.
bool is_on_surface()
{
    vec2 place = a_centre + 0.5 - u_corner;
    vec4 before = texture2D(u_hits, place / u_view_size);
    if (before.z < 0.5) return true;
    // Beside the outline of a lobe, rays miss the lobe and meet a surface far behind it.
    if (a_depth < before.x - u_deep_mm) return false;
    for (int row = -1; row <= 1; row++) {
        for (int column = -1; column <= 1; column++) {
            vec4 hit = texture2D(u_hits, (place + u_around_px * vec2(float(column), float(row))) / u_view_size);
            if (hit.z > 0.5 && a_depth >= hit.x - u_sunk_mm) return true;
        }
    }
    return false;
}
#endif

#include "lib/sprite_size.glsl"
#include "lib/colormap.glsl"

void main()
{
    // Looked up once per sprite, not in each of its pixels.
    v_color = colormap(u_table, 256.0, u_signed > 0.5 ? 0.5 + 0.5 * a_activity : a_activity);
    v_opacity_hollow = a_style.yz;
    v_outline = a_style.w;
    float scale = a_style.x;
#ifdef HITS
    if (!is_on_surface()) {
        scale *= ghost_scale();
        v_opacity_hollow.x *= u_ghost.y * ghost_share();
    }
#endif
    v_radius_px = 0.5 * scale * sprite_diameter_px(a_activity, a_diameter_px);
    float reach_px = v_radius_px + 1.0;
#ifdef HALO
    float level = u_steady < 0.0 ? min(abs(a_activity), 1.0) : u_steady;
    v_halo.x = u_halo.x * level * 0.5 * scale * a_diameter_px.y;
    v_halo.y = u_halo.y * level * v_opacity_hollow.x * a_light;
    reach_px += v_halo.x;
#endif
    v_offset_px = a_corner * reach_px;
    vec2 edge_px = a_centre + 0.5 + v_offset_px;
    gl_Position = vec4(2.0 * edge_px / u_frame_size - 1.0, 0.0, 1.0);
}
