"""Every function of shaders/lib against its NumPy twin."""

import numpy as np
import pytest
import scipy
from vispy import gloo

from corticast.core.color import colormaps
from corticast.core.color.color import YcbcrEncoding, grey_of_value, look_up, rgb_to_ycbcr
from corticast.core.geometry.sprite_styles import ball_colors, bar_share, halo_opacity
from corticast.core.geometry.sprites import OUTLINE_COLOR, diameter_px, outline_width_px, sprite_pixels
from corticast.core.geometry.surface_field import FIELD_LEVEL
from corticast.core.model.types import Volume
from corticast.gl.volume import NO_DATA, VolumeTexture
from corticast.passes.quads import table_texture
from tests.parity import reference
from tests.parity.glsl import Evaluator, library_functions

pytestmark = pytest.mark.gl

SHAPE = np.array([5.0, 7.0, 3.0])


@pytest.fixture
def evaluate(current_gl, tmp_path, monkeypatch):
    return Evaluator(current_gl, tmp_path, monkeypatch)


def positions(rng):
    """Voxel positions inside, outside, on centres and between voxels, and very close to both."""
    exact = np.stack(np.meshgrid(*[np.arange(-1.0, n + 0.75, 0.25) for n in SHAPE]), axis=-1).reshape(-1, 3)
    return np.concatenate([exact, exact + rng.choice([-3e-5, 3e-5], exact.shape), rng.uniform(-2, 8, (4000, 3))])


def test_no_function_is_left_out():
    """A function that is new here needs a twin and a test in this file."""
    assert library_functions() == {
        "rgb_to_ycbcr", "colormap", "inside_grid", "linear_base", "nearest_voxel", "is_no_data", "mix_taps",
        "pixel_index", "sprite_diameter_px", "window_grey", "row_tap", "row_value", "slice_values",
        "sprite_covered", "sprite_outline_px", "sprite_color", "sprite_ring_px", "sprite_bar", "sprite_halo",
        "ball_color", "head_value", "head_share", "on_ground",
        "ray_grey", "ray_slope", "ray_light", "ray_foot", "ray_span", "ray_brick", "ray_steps_out",
        "ray_field", "in_volume",
    }  # fmt: skip


@pytest.mark.parametrize("limited", [True, False])
def test_rgb_to_ycbcr(evaluate, fidelity, limited):
    levels = np.array([0, 1, 16, 90, 128, 200, 254, 255]) / 255
    rgb = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)
    encoding = YcbcrEncoding(limited=limited)
    drawn = evaluate(
        ["color_ycbcr"],
        "result.rgb = rgb_to_ycbcr(in0.rgb);",
        rgb,
        uniforms={
            "u_ycbcr_matrix": encoding.matrix[:, :3].T.astype(np.float32).ravel(),
            "u_ycbcr_offset": encoding.matrix[:, 3],
        },
    )
    errors = 255 * (drawn[:, :3] - rgb_to_ycbcr(rgb, encoding))
    fidelity.within("Colour: shader function rgb_to_ycbcr", "NumPy float64", errors, 1e-3, "codes")


@pytest.mark.parametrize("name", ["viridis", "gray", "RdYlGn"])
def test_colormap(evaluate, fidelity, name):
    table = colormaps.table(name)
    values = np.concatenate(
        [np.linspace(-0.1, 1.1, 3001), (np.arange(256) + 0.49) / 255, (np.arange(256) - 0.49) / 255]
    )
    drawn = evaluate(
        ["colormap"],
        "result.rgb = colormap(u_table, 256.0, in0.x);",
        values[:, None],
        declare="uniform sampler2D u_table;",
        uniforms={"u_table": table_texture(table)},
    )
    # Half-way between two entries float32 may take either.
    decided = np.abs((values * 255) % 1 - 0.5) > 1e-4
    errors = (255 * drawn[:, :3] - look_up(table, values))[decided]
    fidelity.within("Colour: shader function colormap", "NumPy float64", errors, 1e-3, "levels")


@pytest.mark.parametrize("window", [(0.0, 1.0), (-1000.0, 3000.0), (0.0, 80.0), (80.0, 0.0), (1.0, 1.0 + 1e-3)])
def test_window_grey(evaluate, fidelity, window):
    low, high = window
    stored = np.linspace(low - 0.1 * (high - low), high + 0.1 * (high - low), 5001).astype(np.float32)
    uniform = np.tile([low, 255 / (high - low)], (5001, 1))
    drawn = evaluate(["window"], "result.x = window_grey(in0.x, in0.yz);", np.column_stack([stored, uniform]))
    expected = grey_of_value(stored, low, high)
    levels = 255 * drawn[:, 0]
    assert np.abs(levels - np.round(levels)).max() < 1e-3
    fidelity.within("Values: shader function window_grey", "NumPy float64", levels - expected, 1.001, "levels")
    assert np.mean(np.abs(levels - expected) > 0.5) < 0.002


def test_inside_grid(evaluate, fidelity, rng):
    index = positions(rng)
    drawn = evaluate(
        ["grid_index"], "result.x = float(inside_grid(in0.xyz, in1.xyz));", index, np.tile(SHAPE, (len(index), 1)),
        defines=["GRID_VEC vec3"],
    )  # fmt: skip
    differs = drawn[:, 0] != reference.inside_grid(index, SHAPE)
    fidelity.within("Space: shader function inside_grid", "NumPy float64", differs, 0, "")


def test_linear_base(evaluate, fidelity, rng):
    index = positions(rng)
    shape = np.tile(SHAPE, (len(index), 1))
    body = "vec3 above; vec3 base = linear_base(in0.xyz, in1.xyz, above); result.xyz = {};"
    base, above = (
        evaluate(["grid_index"], body.format(what), index, shape, defines=["GRID_VEC vec3"])[:, :3]
        for what in ("base", "above")
    )
    # Base and share together are a position: near a centre either neighbour may be the base.
    expected_base, expected_above = reference.linear_base(index, SHAPE)
    errors = (base + above) - (expected_base + expected_above)
    fidelity.within("Space: shader function linear_base", "NumPy float64", errors, 2e-4, "voxels")
    on_centre = np.abs(index - np.round(index)) < 5e-5
    assert not above[on_centre].any()
    assert (base >= 0).all()
    assert (base + (above > 0) <= SHAPE - 1).all()
    # Two axes are the same code.
    flat = evaluate(
        ["grid_index"], "vec2 above; vec2 base = linear_base(in0.xy, in1.xy, above); result = vec4(base, above);",
        index, shape, defines=["GRID_VEC vec2"],
    )  # fmt: skip
    assert np.array_equal(flat, np.column_stack([base[:, :2], above[:, :2]]))


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_nearest_voxel(evaluate, fidelity, rng, sign):
    index = positions(rng)
    tie = np.full((len(index), 3), sign * 1e-4)
    drawn = evaluate(
        ["grid_index"], "result.xyz = nearest_voxel(in0.xyz, in1.xyz, in2.xyz);", index,
        np.tile(SHAPE, (len(index), 1)), tie, defines=["GRID_VEC vec3"],
    )  # fmt: skip
    errors = drawn[:, :3] - reference.nearest_voxel(index, SHAPE, sign)
    # float32 decides within 1e-6 voxels of the tie's own edge.
    undecided = np.abs((index + 0.5 + tie) % 1 - 0.5) > 0.5 - 2e-6
    fidelity.within("Space: shader function nearest_voxel", "NumPy float64", errors[~undecided], 0, "voxels")
    between = index % 1 == 0.5
    assert between.sum() > 100
    assert not errors[between & (index > 0) & (index < SHAPE - 1)].any()


@pytest.mark.parametrize("defines", [(), ("NEAREST",), ("BETWEEN",), ("BETWEEN", "NEAREST"), ("HOLES",)])
def test_row_value(evaluate, fidelity, rng, current_gl, defines):
    """Rows along each axis of a volume in turn, on planes at voxel centres and between two."""
    voxels = rng.uniform(-100, 100, (5, 7, 3)).astype(np.float32)
    if "HOLES" in defines:
        voxels[rng.random(voxels.shape) < 0.15] = np.nan
    brain = Volume(voxels, np.eye(4))
    stored = VolumeTexture(current_gl, brain, (-0.5, 0.5))
    index = positions(rng)[:, 0]
    order = 0 if "NEAREST" in defines else 1
    for column, across in ((0, 1), (1, 2), (2, 0)):
        n = voxels.shape[column]
        place = rng.integers(0, np.array(voxels.shape) - 1, (len(index), 3))
        place[:, column] = 0
        share = rng.choice([0.0, 0.25, 0.9], len(index)) * ("BETWEEN" in defines)
        start = (place + 0.5) / voxels.shape
        steps = np.eye(3) / voxels.shape
        body = "result.x = row_value(in0.x, vec2(in0.yz), in1.xyz, u_column_step, u_above_step, in0.w);"
        drawn = evaluate(
            ["no_data", "grid_index", "slice_row"], body,
            np.column_stack([index, np.full(len(index), n), np.full(len(index), 1e-4), share]), start,
            defines=("GRID_VEC float", *defines),
            declare="uniform vec3 u_column_step; uniform vec3 u_above_step;",
            uniforms={
                "u_volume": stored.texture,
                "u_column_step": steps[column],
                **({"u_above_step": steps[across]} if "BETWEEN" in defines else {}),
            },
        )[:, 0]  # fmt: skip
        inside = reference.inside_grid(index[:, None], np.array([n]))
        assert (drawn[~inside] == np.float32(NO_DATA)).all()
        at = place.astype(np.float64)
        at[:, column] = index
        if order == 0:
            at[:, column] = reference.nearest_voxel(index, n, 1.0)
        at[:, across] += share
        whole = np.nan_to_num(voxels.astype(np.float64))
        expected = scipy.ndimage.map_coordinates(whole, at.T, order=1, mode="nearest", prefilter=False)
        touched, decided = reference.touched_by_nan(voxels, at)
        assert touched.any() == ("HOLES" in defines)
        assert (drawn[inside & touched & decided] == np.float32(NO_DATA)).all()
        errors = (drawn - expected)[inside & ~touched & decided]
        fidelity.within(
            "Values: shader function row_value, of 100", "scipy.ndimage.map_coordinates, float64", errors, 0.02
        )


@pytest.mark.parametrize("defines", [(), ("NEAREST",), ("HOLES",)])
def test_slice_values(evaluate, fidelity, rng, defines):
    """Rows of a slice that lies below another in the same target."""
    n_rows, first_row, n_columns = 7, 4, 3
    rows = rng.uniform(-100, 100, (first_row + n_rows + 2, n_columns, 4)).astype(np.float32)
    if "HOLES" in defines:
        rows[rng.random(rows.shape) < 0.15] = NO_DATA
    index = positions(rng)[:, 1]
    column = rng.integers(0, n_columns, len(index))
    drawn = evaluate(
        ["no_data", "grid_index", "slice_rows"],
        f"result = slice_values(u_rows, in0.x, vec2({n_rows}, 1e-4), float({first_row}), in0.y);",
        np.column_stack([index, (column + 0.5) / n_columns]),
        defines=("GRID_VEC float", *defines),
        uniforms={
            "u_rows": gloo.Texture2D(rows, internalformat="rgba32f", interpolation="nearest", wrapping="clamp_to_edge"),
            "u_rows_texel": 1 / len(rows),
        },
    )  # fmt: skip
    inside = reference.inside_grid(index[:, None], np.array([n_rows]))
    assert (drawn[~inside] == np.float32(NO_DATA)).all()
    at = reference.nearest_voxel(index, n_rows, 1.0) if "NEAREST" in defines else index
    own = rows[first_row : first_row + n_rows].astype(np.float64)
    missing = own > 1e30
    for k in range(4):
        whole = np.where(missing[..., k], 0, own[..., k])
        expected = scipy.ndimage.map_coordinates(whole, [at, column], order=1, mode="nearest", prefilter=False)
        voxels = np.where(missing[..., k], np.nan, own[..., k])[..., None]
        touched, decided = reference.touched_by_nan(voxels, np.column_stack([at, column, np.zeros(len(at))]))
        assert touched.any() == ("HOLES" in defines)
        assert (drawn[inside & touched & decided, k] == np.float32(NO_DATA)).all()
        errors = (drawn[:, k] - expected)[inside & ~touched & decided]
        fidelity.within(
            "Values: shader function slice_values, of 100", "scipy.ndimage.map_coordinates, float64", errors, 0.02
        )


def test_the_head_on_the_ground(evaluate, fidelity, rng):
    """The head has its value again after it was mixed with the air; on a ground it covers its share."""
    air, head = -1000.0, rng.uniform(-900, 2000, 4000)
    share = rng.uniform(0.01, 1, 4000)
    stored = share * head + (1 - share) * air
    drawn = evaluate(
        ["air"], "result.x = head_value(in0.x, in0.y);", np.column_stack([stored, share]), uniforms={"u_air": air}
    )
    fidelity.within("Colour: shader function head_value", "NumPy float64", (drawn[:, 0] - head) * share, 1e-3)
    edge = rng.uniform(0, 1, 4000)
    for defines, expected in (
        (
            [],
            np.clip(2.5 * edge - 0.75, 0, 1) ** 2
            * (3 - 2 * np.clip(2.5 * edge - 0.75, 0, 1))
            * np.minimum(8 * share, 1),
        ),
        (["NEAREST"], share),
    ):
        drawn = evaluate(
            ["air"], "result.x = head_share(in0.x, in0.y);", np.column_stack([share, edge]),
            defines=defines, uniforms={"u_air": air},
        )  # fmt: skip
        errors = 255 * (drawn[:, 0] - expected)
        fidelity.within("Colour: shader function head_share", "NumPy float64", errors, 0.01, "levels")
    ground, color = rng.uniform(0, 1, (2, 4000))
    drawn = evaluate(
        ["air"],
        "result.x = on_ground(in0.x, in0.y, in0.z); result.y = on_ground(vec4(in0.x), vec4(in0.y), in0.z).a;",
        np.column_stack([ground, color, share]),
        uniforms={"u_air": air},
    )
    errors = 255 * (drawn[:, :2] - (ground + (color - ground) * share)[:, None])
    fidelity.within("Colour: shader function on_ground", "NumPy float64", errors, 0.501, "levels")
    np.testing.assert_allclose(255 * drawn[:, :2] % 1 % 0.9999, 0, atol=2e-4)


def test_mix_taps(evaluate, fidelity, rng):
    taps = rng.uniform(-1000, 1000, (4000, 2)).astype(np.float32)
    taps[rng.random(taps.shape) < 0.2] = NO_DATA
    weight = rng.choice([0, 1, 0.5, 0.25, 1e-3, 0.9], (4000, 1)).astype(np.float32)
    inputs = np.column_stack([taps, weight])
    for defines in ([], ["HOLES"]):
        whole = inputs if defines else inputs[(taps < 1e30).all(axis=1)]
        drawn = evaluate(["no_data"], "result.x = mix_taps(in0.x, in0.y, in0.z);", whole, defines=defines)[:, 0]
        expected = reference.mix_taps(*whole.T.astype(np.float64), float(NO_DATA))
        missing = expected > 1e30
        assert (drawn[missing] == NO_DATA).all()
        assert missing.any() == bool(defines)
        errors = drawn[~missing] - expected[~missing]
        fidelity.within("Values: shader function mix_taps", "NumPy float64, of 1000", errors, 1e-3, "")
        four = evaluate(["no_data"], "result = mix_taps(in0.xyyx, in0.yxyx, in0.z);", whole, defines=defines)
        assert np.array_equal(four[:, 0], drawn)
        swapped = whole[:, [1, 0, 2]]
        one = evaluate(["no_data"], "result.x = mix_taps(in0.x, in0.y, in0.z);", swapped, defines=defines)[:, 0]
        assert np.array_equal(four[:, 1], one)
        same = reference.mix_taps(whole[:, 1], whole[:, 1], whole[:, 2], float(NO_DATA))
        assert np.allclose(four[:, 2], same, rtol=1e-6, atol=0)


def test_is_no_data(evaluate):
    stored = np.array([0, -3.4e38, 3.2e38, 1e38, NO_DATA], np.float32)
    drawn = evaluate(["no_data"], "result.x = float(is_no_data(in0.x));", stored[:, None])
    assert drawn[:, 0].tolist() == [0, 0, 0, 0, 1]


def test_pixel_index(evaluate, fidelity, rng):
    """gl_FragCoord is the pixel's own: element k lies at column k mod 1024 of row k div 1024."""
    n = 5000
    uniforms = {"u_origin": (-3.25, 70.5, 12.0), "u_right": (0.37, -0.01, 0.2), "u_down": (0.05, -0.41, -0.3)}
    drawn = evaluate(
        ["pixel_index"], "result.xyz = pixel_index(u_origin, u_right, u_down) + 0.0 * in0.xyz;", np.zeros((n, 1)),
        defines=["GRID_VEC vec3"], declare="".join(f"uniform vec3 {name};" for name in uniforms), uniforms=uniforms,
    )  # fmt: skip
    row, column = np.divmod(np.arange(n), 1024)
    origin, right, down = (np.array(value) for value in uniforms.values())
    expected = origin + column[:, None] * right + row[:, None] * down
    fidelity.within("Space: shader function pixel_index", "NumPy float64", drawn[:, :3] - expected, 1e-4, "voxels")


@pytest.mark.parametrize("range_px", [(6.0, 40.0), (0.0, 12.5)])
def test_sprite_diameter_px(evaluate, fidelity, range_px):
    activity = np.linspace(-1.5, 1.5, 3001)
    drawn = evaluate(
        ["sprite_size"], "result.x = sprite_diameter_px(in0.x, in0.yz);",
        np.column_stack([activity, np.tile(range_px, (3001, 1))]),
    )  # fmt: skip
    errors = drawn[:, 0] - diameter_px(activity, range_px)
    fidelity.within("Electrodes: shader function sprite_diameter_px", "NumPy float64", errors, 1e-4, "px")


@pytest.mark.parametrize("hollow", [False, True])
def test_sprite_color(evaluate, fidelity, rng, hollow):
    """Radii of sprites of 1 to 400 px, and distances from their centres to beyond their edges."""
    n = 20_000
    radius = rng.uniform(0.5, 200, n)
    distance = radius * rng.uniform(0, 1.2, n)
    distance[::2] = (radius + rng.uniform(-3, 1, n)).clip(0)[::2]
    widest = rng.choice([0.0, 0.5, 2.0, 4.0], n)
    opacity = rng.choice([1.0, 0.4], n)
    colour = rng.uniform(0, 1, (n, 3))
    bar = rng.uniform(0, 1, n)
    call = "sprite_color(in0.x, in0.y, in0.z, in1.rgb, u_outline, in0.w, HOLLOW_SPRITE, in1.w)"
    drawn = evaluate(
        ["sprite_disc"], f"result = {call};",
        np.column_stack([distance, radius, widest, opacity]), np.column_stack([colour, bar]),
        declare=f"#define HOLLOW_SPRITE {str(hollow).lower()}\nuniform vec3 u_outline;",
        uniforms={"u_outline": OUTLINE_COLOR},
    )  # fmt: skip
    twin = sprite_pixels(distance, radius, colour, widest_outline_px=widest, opacity=opacity, hollow=hollow, bar=bar)
    fidelity.within("Electrodes: shader function sprite_color", "NumPy float64", 255 * (drawn - twin), 0.05, "levels")


def test_sprite_outline_px_and_sprite_covered(evaluate):
    radius = np.linspace(0.5, 200, 2001)
    drawn = evaluate(
        ["sprite_disc"],
        "result.xyz = vec3(sprite_outline_px(in0.x, 2.0), sprite_covered(in0.x, 100.0), sprite_ring_px(in0.x, 2.0));",
        radius[:, None],
    )  # fmt: skip
    assert np.allclose(drawn[:, 0], outline_width_px(radius, 2.0), atol=1e-5)
    assert np.allclose(drawn[:, 1], np.clip(100.5 - radius, 0, 1), atol=1e-4)
    assert np.allclose(drawn[:, 2], np.maximum(np.minimum(2.0, 0.3 * radius), 0.3 * radius), rtol=1e-5)


def test_sprite_bar(evaluate, fidelity, rng):
    offset, radius = rng.uniform(-60, 60, (20_000, 2)), rng.uniform(0.5, 60, 20_000)
    drawn = evaluate(
        ["sprite_disc"], "result.x = sprite_bar(in0.xy, in0.z, 2.0);", np.column_stack([offset, radius])
    )  # fmt: skip
    errors = 255 * (drawn[:, 0] - bar_share(offset, radius, 2.0))
    fidelity.within("Electrodes: shader function sprite_bar", "NumPy float64", errors, 0.01, "levels")


def test_sprite_halo(evaluate, fidelity, rng):
    n = 20_000
    radius, halo, strength = rng.uniform(0.5, 60, n), rng.uniform(0, 90, n), rng.uniform(0, 1, n)
    distance = radius + rng.uniform(-0.2, 1.2, n) * halo
    halo[::7] = 0.0
    drawn = evaluate(
        ["sprite_halo"], "result.x = sprite_halo(in0.x, in0.y, in0.z, in0.w);",
        np.column_stack([distance, radius, halo, strength]),
    )  # fmt: skip
    decided = (halo > 0.01) | (np.abs(distance - radius) > 0.01)
    errors = 255 * (drawn[:, 0] - halo_opacity(distance, radius, halo, strength))[decided]
    fidelity.within("Electrodes: shader function sprite_halo", "NumPy float64", errors, 0.05, "levels")


def test_ball_color(evaluate, fidelity, rng):
    angle, away = rng.uniform(0, 2 * np.pi, 20_000), np.sqrt(rng.uniform(0, 1, 20_000))
    place = away[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    place[0] = 0
    color = rng.uniform(0, 1, (20_000, 3))
    drawn = evaluate(["sprite_ball"], "result.rgb = ball_color(in0.xy, in1.rgb);", place, color)
    errors = 255 * (drawn[:, :3] - ball_colors(place, color))
    fidelity.within("Electrodes: shader function ball_color", "NumPy float64", errors, 0.2, "levels")
    assert drawn[0, :3] == pytest.approx(color[0], abs=1e-5)


def turned_rays(rng, n):
    """Places in and around a volume, and three steps along axes at right angles."""
    places = rng.uniform(-0.1, 1.1, (n, 3))
    axes = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    return places, axes * 0.05


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_ray_grey(evaluate, fidelity, rng, current_gl, dtype):
    values = (rng.random((6, 9, 7)) * 200).astype(dtype)
    if dtype == np.float32:
        values[2, 3, 4] = np.nan
    window = (20.0, 180.0)
    stored = VolumeTexture(current_gl, Volume(np.asfortranarray(values), np.eye(4)), window)
    places = rng.uniform(-0.1, 1.1, (3000, 3))
    uniforms = {"u_volume": stored.texture, "u_window": stored.texel_window(window)}
    with stored.filtered():
        drawn = evaluate(["ray_grey"], "result.x = ray_grey(in0.xyz);", places, uniforms=uniforms)[:, 0]
    expected = reference.ray_grey(values, places, window)
    known = np.isfinite(expected) & (np.abs(np.abs(places - 0.5) - 0.5) > 1e-5).all(axis=1)
    # Hardware mixes with weights of 8 bits or more.
    bound = 255 * 200 / 160 * 3 / 256
    claim = "Views: shader function ray_grey, weights of 8 bits allowed"
    errors = (drawn - expected)[known]
    fidelity.within(claim, "scipy.ndimage.map_coordinates", errors, bound, "levels")
    if dtype == np.float32:
        assert not drawn[np.isnan(expected)].any()


def test_ray_field_and_ray_slope(evaluate, fidelity, rng, current_gl):
    values = rng.integers(0, 2 * FIELD_LEVEL + 1, (6, 9, 7), dtype=np.uint16)
    stored = VolumeTexture(current_gl, Volume(np.asfortranarray(values), np.eye(4)), (0.0, 65535.0))
    places, steps = turned_rays(rng, 3000)
    names = ("u_step_right", "u_step_up", "u_step_towards")
    with stored.filtered():
        uniforms = {"u_field": stored.texture}
        drawn = evaluate(["ray_field"], "result.x = ray_field(in0.xyz);", places, uniforms=uniforms)[:, 0]
        slopes = evaluate(
            ["ray_field", "ray_slope"], f"result.xyz = ray_slope(in0.xyz, {', '.join(names)});", places,
            declare="".join(f"uniform vec3 {name};" for name in names),
            uniforms={**uniforms, **dict(zip(names, steps, strict=True))},
        )[:, :3]  # fmt: skip
    window = (0.0, 255.0 * FIELD_LEVEL)
    expected = reference.ray_grey(values, places, window)
    known = (np.abs(np.abs(places - 0.5) - 0.5) > 1e-5).all(axis=1)
    # Hardware mixes with weights of 8 bits or more.
    bound = 2 * 3 / 256
    claim, unit = "Views: shader function {}, weights of 8 bits allowed", "of the level"
    errors = (drawn - expected)[known]
    fidelity.within(claim.format("ray_field"), "scipy.ndimage.map_coordinates", errors, bound, unit)
    around = [[reference.ray_grey(values, places + sign * step, window) for sign in (1, -1)] for step in steps]
    inside = (np.abs(places - 0.5) < 0.44).all(axis=1)
    errors = (np.stack([after - before for after, before in around], axis=1) - slopes)[inside]
    fidelity.within(claim.format("ray_slope"), "scipy.ndimage.map_coordinates", errors, 2 * bound, unit)


def test_in_volume_leads_from_the_box_of_the_field_to_the_whole(evaluate, rng):
    places, scale, origin = rng.uniform(0, 1, (100, 3)), np.array([0.5, 0.25, 1.0]), np.array([0.1, 0.7, 0.0])
    uniforms = {"u_volume_scale": scale, "u_volume_origin": origin}
    drawn = evaluate(["ray_volume"], "result.xyz = in_volume(in0.xyz);", places, uniforms=uniforms)[:, :3]
    assert np.allclose(drawn, origin + scale * places, atol=1e-6)


def test_ray_grey_of_colours(evaluate, rng, current_gl):
    values = rng.integers(0, 256, (4, 4, 4, 4), dtype=np.uint8)
    stored = VolumeTexture(current_gl, Volume(values, np.eye(4)), (0, 255))
    index = np.argwhere(np.ones((4, 4, 4)))
    drawn = evaluate(
        ["ray_grey"], "result.x = ray_grey(in0.xyz);", (index + 0.5) / 4, defines=["RGB_VOXELS"],
        uniforms={"u_volume": stored.texture},
    )[:, 0]  # fmt: skip
    colours = values.reshape(-1, 4).astype(float)
    assert np.allclose(drawn, colours[:, :3] @ (0.2126, 0.7152, 0.0722) * colours[:, 3] / 255, atol=0.01)


def test_ray_light(evaluate, fidelity, rng):
    normals = rng.standard_normal((2000, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    drawn = evaluate(["ray_light"], "result.x = ray_light(in0.xyz);", normals)[:, 0]
    errors = 255 * (drawn - reference.ray_light(normals))
    fidelity.within("Views: shader function ray_light", "NumPy float64", errors, 0.01, "levels")


def test_ray_foot_and_ray_span(evaluate, rng):
    pixels = rng.uniform(0, 64, (500, 2))
    spans = rng.standard_normal((8, 8, 4)).astype(np.float32)
    origin, right, down = np.array([0.1, 0.2, 0.3]), np.array([0.01, 0.0, -0.004]), np.array([0.002, -0.02, 0.0])
    uniforms = {"u_origin": origin, "u_right": right, "u_down": down, "u_spans_size": (8, 8)}
    uniforms["u_spans"] = gloo.Texture2D(spans, internalformat="rgba32f", interpolation="nearest")
    foot = evaluate(["ray_place"], "result.xyz = ray_foot(in0.xy);", pixels, uniforms=uniforms)[:, :3]
    assert np.allclose(foot, origin + pixels[:, :1] * right + pixels[:, 1:] * down, atol=1e-6)
    span = evaluate(["ray_place"], "result.xy = ray_span(in0.xy);", pixels, uniforms=uniforms)[:, :2]
    column, row = (pixels // 8).astype(int).T
    assert np.array_equal(span, spans[row, column, :2])


def test_ray_steps_out_never_passes_a_brick_that_holds_something(evaluate, rng):
    """Random bricks: walked in steps by NumPy, no step before the one that is given lies in a brick of distance 0."""
    from corticast.core.geometry.bricks import Bricks
    from corticast.gl.arrays import texture_3d

    size = np.array([7, 5, 9])
    peaks = (rng.random(size) < 0.03).astype(np.float32)
    away = Bricks(peaks, np.eye(4)).distances(0.5)
    places = rng.uniform(0.001, 0.999, (2000, 3))
    step = rng.standard_normal(3) * 0.008
    uniforms = {"u_bricks": texture_3d(away), "u_bricks_scale": (1, 1, 1), "u_bricks_size": size}
    drawn = evaluate(
        ["ray_place"], "result = vec4(ray_steps_out(in0.xyz, u_step), ray_brick(in0.xyz), 0.0, 0.0);", places,
        declare="uniform vec3 u_step;", uniforms={**uniforms, "u_step": step},
    )  # fmt: skip
    index = np.floor(places * size).astype(int)
    assert np.array_equal(drawn[:, 1], away[tuple(index.T)])
    assert (drawn[away[tuple(index.T)] == 0, 0] == 0).all()
    assert (drawn[away[tuple(index.T)] > 0, 0] >= 1).all()
    for place, steps in zip(places, drawn[:, 0], strict=True):
        walked = place + np.arange(int(steps))[:, None] * step
        inside = walked[((walked > 1e-4) & (walked < 1 - 1e-4)).all(axis=1)]
        # Very close to the walls, where float32 may take either brick.
        clear = (np.abs(inside * size - np.round(inside * size)) > 1e-4).all(axis=1)
        bricks = np.floor(inside[clear] * size).astype(int)
        assert (away[tuple(bricks.T)] > 0).all()
    assert drawn[:, 0].max() > 20
