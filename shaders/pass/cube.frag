// The orientation cube of a view: three faces, lit, with letters and edges.
//
// Inputs: v_place from the middle of the cube, x right and y up, in half edges; u_half_px, half an edge in pixels;
// u_depths, u_across, u_upwards, u_sides, u_seams, u_colors: a column or component for each face, as
// corticast.core.geometry.cube.CubeFaces has them; u_letters, coverage of six letters side by side, with u_tiles, the
// place of each face's letter, and u_letter_opacity; u_ink, u_edge, sRGB; u_line_px, width of an edge on each face.
// Output: sRGB, premultiplied. CPU twin: corticast.core.geometry.cube; tests/parity/test_cube.py draws the cube anew.
uniform mat3 u_depths;
uniform mat3 u_across;
uniform mat3 u_upwards;
uniform mat3 u_sides;
uniform mat3 u_colors;
uniform vec3 u_seams;
uniform vec3 u_tiles;
uniform vec3 u_letter_opacity;
uniform vec3 u_ink;
uniform vec3 u_edge;
uniform float u_half_px;
uniform float u_line_px;
uniform sampler2D u_letters;
varying vec2 v_place;

// Share of the pixel that each face has: at the seam of two faces half of each.
vec3 shares_of(vec3 place)
{
    vec3 depth = place * u_depths;
    vec3 other = clamp(0.5 + (depth.xxy - depth.yzz) * u_seams * u_half_px, 0.0, 1.0);
    vec3 shares = vec3((1.0 - other.x) * (1.0 - other.y), other.x * (1.0 - other.z), other.y * other.z);
    return shares / max(shares.x + shares.y + shares.z, 1e-6);
}

// Share of the pixel within the outline.
float cover_at(vec2 place)
{
    vec3 across = vec3(dot(place, u_sides[0].xy), dot(place, u_sides[1].xy), dot(place, u_sides[2].xy));
    vec3 inside = vec3(u_sides[0].z, u_sides[1].z, u_sides[2].z) - abs(across);
    return clamp(0.5 + u_half_px * min(min(inside.x, inside.y), inside.z), 0.0, 1.0);
}

// Share of the pixel that the nearest edge of its face has.
float edge_at(vec2 on_face, vec2 across, vec2 upwards)
{
    vec2 inside = (1.0 - abs(on_face)) / max(vec2(length(across), length(upwards)), 1e-6);
    return clamp(u_line_px + 0.5 - u_half_px * min(inside.x, inside.y), 0.0, 1.0);
}

// Coverage of a letter, the mean of nine places within the pixel.
float letter_at(vec2 on_face, vec2 right, vec2 up, float tile)
{
    float sum = 0.0;
    for (int row = -1; row <= 1; row++) {
        for (int column = -1; column <= 1; column++) {
            vec2 at = clamp(on_face + (float(column) * right + float(row) * up) / 3.0, -1.0, 1.0);
            sum += texture2D(u_letters, vec2((tile + 0.5 + 0.5 * at.x) / 6.0, 0.5 - 0.5 * at.y)).r;
        }
    }
    return sum / 9.0;
}

void main()
{
    vec3 place = vec3(v_place, 1.0);
    float cover = cover_at(v_place);
    if (cover <= 0.0) discard;
    vec3 shares = shares_of(place);
    vec3 across = place * u_across;
    vec3 upwards = place * u_upwards;
    int face = shares.x >= shares.y && shares.x >= shares.z ? 0 : (shares.y >= shares.z ? 1 : 2);
    vec2 on_face = face == 0 ? vec2(across.x, upwards.x)
        : (face == 1 ? vec2(across.y, upwards.y) : vec2(across.z, upwards.z));
    vec2 step_across = face == 0 ? u_across[0].xy : (face == 1 ? u_across[1].xy : u_across[2].xy);
    vec2 step_upwards = face == 0 ? u_upwards[0].xy : (face == 1 ? u_upwards[1].xy : u_upwards[2].xy);
    float tile = face == 0 ? u_tiles.x : (face == 1 ? u_tiles.y : u_tiles.z);
    float opacity = face == 0 ? u_letter_opacity.x : (face == 1 ? u_letter_opacity.y : u_letter_opacity.z);
    vec2 right = vec2(step_across.x, step_upwards.x) / u_half_px;
    vec2 up = vec2(step_across.y, step_upwards.y) / u_half_px;
    float letter = opacity > 0.0 ? opacity * letter_at(on_face, right, up, tile) : 0.0;
    float edge = edge_at(on_face, step_across, step_upwards);
    vec3 color = mix(mix(u_colors * shares, u_edge, edge), u_ink, letter);
    gl_FragColor = vec4(color * cover, cover);
}
