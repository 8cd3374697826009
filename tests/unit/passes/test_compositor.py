"""A frame is the same whether it is drawn alone or after others, whole or in parts."""

import numpy as np
import pytest
from tests.parity.scene import SceneDrawing

from corticast.core.geometry.air import air_of
from corticast.core.model.scene import Scene, changed
from corticast.core.model.types import Electrodes, FrameState, Picture, PlacedElectrodes, Volume
from corticast.gl.readback import ReadbackRing
from corticast.passes.planes import PlanePass

pytestmark = pytest.mark.gl


@pytest.fixture
def content(rng):
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    affine[:3, 3] = -40, -50, -30
    volume = Volume(np.asfortranarray(rng.integers(0, 255, (41, 51, 31)).astype(np.uint8)), affine)
    # Some contacts lie outside the volume: their sprites reach beyond the panels.
    pos = rng.uniform(-60, 60, (40, 3))
    electrodes = Electrodes(tuple(map(str, range(40))), pos)
    return volume, electrodes, PlacedElectrodes(electrodes, pos)


def states(rng, moving):
    for k in range(5):
        planes = (2.0 * k - 4, 4.0 - 2 * k, 2.0 * k) if moving else (0.0, 0.0, 0.0)
        yield FrameState(planes, rng.uniform(0, 1, 40).astype(np.float32), f"0:0{k}.{9 - k}")


@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.parametrize(
    ("layout", "size", "look"),
    [
        ("ortho", (640, 360), {}),
        ("ortho", (900, 500), {"electrode_style": "glow"}),
        ("lateral", (401, 230), {"electrode_size": (2.0, 9.0)}),
        ("grid", (402, 333), {}),
        ("axial", (37, 41), {}),
    ],
)
def test_frames_do_not_depend_on_those_before(current_gl, rng, content, moving, layout, size, look):
    volume, electrodes, placed = content
    scene = Scene(volume=volume, electrodes=electrodes, layout=layout, **look)

    def drawing():
        return SceneDrawing(current_gl, scene, placed, (0, 255), size, moving=moving)

    running, conversion = drawing(), PlanePass(current_gl, size)
    ring = ReadbackRing(conversion.n_bytes, depth=1)
    for state in states(rng, moving):
        frame = running.draw(state)
        conversion.draw(frame, running.changed)
        ring.push(conversion.target)
        (planes,) = ring.drain()
        pixels = frame.read()

        alone, whole = drawing().draw(state), PlanePass(current_gl, size)
        whole.draw(alone)
        ring.push(whole.target)
        (expected_planes,) = ring.drain()
        assert np.array_equal(pixels, alone.read())
        assert np.array_equal(conversion.planes(planes), whole.planes(expected_planes))
    ring.close()


@pytest.mark.parametrize("theme", ["dark", "post"])
def test_moving_slices_hide_no_text(current_gl, content, theme):
    """Names and letters stand within panels: a film that moves shows all of a film that rests."""
    scene = Scene(volume=content[0], theme=theme)
    state = FrameState((2.0, 4.0, 0.0), None, "0:01.0")
    moving, resting = (
        SceneDrawing(current_gl, scene, None, (0, 255), (640, 360), moving=each) for each in (True, False)
    )
    moving.draw(FrameState((0.0, 0.0, 2.0), None, "0:00.0"))
    assert np.array_equal(moving.draw(state).read(), resting.draw(state).read())


@pytest.mark.parametrize(
    ("layout", "size", "more"),
    [
        ("coronal", (640, 640), {}),
        ("superior", (640, 640), {"spin": 30}),
        ("3d", (400, 400), {"spin": 30, "labels": "letters,mm,scale,colorbar"}),
    ],
)
def test_moving_panels_hide_no_bar(current_gl, rng, layout, size, more):
    """A ball leaves the corners of its panel free: bars stand there."""
    place = np.stack(np.meshgrid(*[np.arange(-48, 50, 4)] * 3, indexing="ij"))
    affine = np.diag([4.0, 4, 4, 1])
    affine[:3, 3] = -48
    volume = Volume(((place**2).sum(axis=0) <= 40**2).astype(np.uint8) * 100, affine)
    table = Electrodes(tuple(map(str, range(20))), rng.uniform(-25, 25, (20, 3)), "world")
    scene = Scene(volume=volume, electrodes=table, layout=layout, **more)
    state = FrameState((2.0, 4.0, 0.0), rng.uniform(0, 1, 20).astype(np.float32), "0:01.0")
    moving, resting = (
        SceneDrawing(current_gl, scene, PlacedElectrodes(table, table.pos), (0, 255), size, moving=each, turning=each)
        for each in (True, False)
    )
    moving.draw(FrameState((0.0, 0.0, 2.0), state.activity, "0:00.0", turn_deg=20.0))
    assert np.array_equal(moving.draw(state).read(), resting.draw(state).read())


def test_a_grey_film_keeps_its_chroma(current_gl, content):
    volume, _, _ = content
    scene = Scene(volume=volume)
    drawing = SceneDrawing(current_gl, scene, None, (0, 255), (320, 180), moving=True)
    assert drawing.is_neutral
    conversion, whole = PlanePass(current_gl, (320, 180)), PlanePass(current_gl, (320, 180))
    ring = ReadbackRing(conversion.n_bytes, depth=1)
    for k in range(3):
        frame = drawing.draw(FrameState((2.0 * k, 0.0, 2.0 * k), None, f"0:0{k}.0"))
        conversion.draw(frame, drawing.changed, chroma_rests=True)
        whole.draw(frame)
        ring.push(conversion.target)
        (planes,) = ring.drain()
        ring.push(whole.target)
        (expected,) = ring.drain()
        assert np.array_equal(planes, expected)
    ring.close()
    coloured = Scene(volume=volume, cmap="viridis")
    assert not SceneDrawing(current_gl, coloured, None, (0, 255), (32, 18), moving=True).is_neutral
    red = Scene(volume=volume, theme="post")
    assert not SceneDrawing(current_gl, red, None, (0, 255), (32, 18), moving=True).is_neutral


@pytest.mark.parametrize("interpolation", ["linear", "nearest"])
@pytest.mark.parametrize("background", ["black", "#d0d0d0"])
@pytest.mark.parametrize(
    ("layout", "size"), [("ortho", (1280, 720)), ("ortho", (1446, 802)), ("axial", (90, 110)), ("grid", (1202, 934))]
)
def test_slices_straight_to_luma_are_those_of_the_frame(current_gl, rng, layout, size, background, interpolation):
    """The short way and the long one, to the bit; voxels without number and a plane outside included.

    Beside the air a division may take a pixel to the neighbouring level.
    """
    affine = np.diag([-2.0, 1.5, 2.0, 1.0])
    affine[:3, 3] = 40, -50, -30
    voxels = np.asfortranarray(rng.uniform(0, 255, (41, 67, 31)).astype(np.float32))
    voxels[10:14, 20:30, 5:9] = np.nan
    if background != "black":
        # Around a ball the ground shows in place of the air.
        at = (np.moveaxis(np.indices(voxels.shape), 0, -1) - (20, 33, 15)) / (16, 28, 12)
        voxels[np.linalg.norm(at, axis=-1) > 1] = 0
        assert air_of(Volume(voxels, affine)) is not None
    scene = Scene(volume=Volume(voxels, affine), layout=layout, background=background, interpolation=interpolation)
    # Letters and captions stand over the slices, in the small frame the clock too.
    scene = changed(scene, **({"labels": ("clock",)} if size == (90, 110) else {}), fit="volume")
    short_planes, long_planes = PlanePass(current_gl, size), PlanePass(current_gl, size)

    def drawing(planes=None):
        return SceneDrawing(current_gl, scene, None, (20, 230), size, moving=True, planes=planes)

    short, long = drawing(short_planes), drawing()
    assert short.compositor._direct
    ring = ReadbackRing(short_planes.n_bytes, depth=1)
    for k, z_mm in enumerate((0.0, -14.0, 3.3, 500.0, 20.0)):
        state = FrameState((2.0 * k, 1.5 * k - 20, z_mm), None, f"0:0{k}.0")
        short.draw(state)
        ring.push(short.convert())
        (given,) = ring.drain()
        drawn = long.draw(state)
        long_planes.draw(drawn)
        ring.push(long_planes.target)
        (expected,) = ring.drain()
        # A poster has what the frame leaves out otherwise; the next frame is right all the same.
        if k % 2:
            whole = short.compositor.draw_whole(state).read().astype(int)
            assert np.abs(whole - drawn.read()).max() <= (background != "black")
        given, expected = short_planes.planes(given), long_planes.planes(expected)
        # Where the plane lies outside, the small frame holds a clock of 5 px alone.
        assert np.ptp(expected[: size[0] * size[1]]) > (100 if z_mm < 500 else 60)
        errors = np.abs(given.astype(int) - expected)
        assert errors.max() <= (background != "black")
        assert np.count_nonzero(errors) <= 3
    ring.close()


@pytest.mark.parametrize("size", [(641, 360), (37, 41)])
def test_odd_frames_go_the_long_way(current_gl, content, size):
    """Their last pixels are repeated in the planes."""
    volume, _, _ = content
    planes, whole = PlanePass(current_gl, size), PlanePass(current_gl, size)
    scene = Scene(volume=volume, layout="axial", labels="none")
    running = SceneDrawing(current_gl, scene, None, (0, 255), size, moving=True, planes=planes)
    ring = ReadbackRing(planes.n_bytes, depth=1)
    for k in range(3):
        frame = running.draw(FrameState((0.0, 0.0, 2.0 * k)))
        ring.push(running.convert())
        whole.draw(frame)
        (given,) = ring.drain()
        ring.push(whole.target)
        (expected,) = ring.drain()
        assert np.array_equal(planes.planes(given), whole.planes(expected))
    ring.close()


def test_a_plane_that_leaves_the_volume_leaves_no_trace(current_gl, content):
    volume, _, _ = content
    scene = Scene(volume=volume, labels="none", layout="axial")
    drawing = SceneDrawing(current_gl, scene, None, (0, 255), (60, 60), moving=True)
    assert drawing.draw(FrameState((0.0, 0.0, 0.0))).read()[:, :, :3].any()
    assert not drawing.draw(FrameState((0.0, 0.0, 500.0))).read()[:, :, :3].any()


def test_only_what_changes_is_drawn_again(current_gl, rng, content):
    volume, electrodes, placed = content
    scene = Scene(volume=volume, electrodes=electrodes)
    drawing = SceneDrawing(current_gl, scene, placed, (0, 255), (1920, 1080))
    first, second, *_ = states(rng, moving=False)
    before = drawing.draw(first).read()
    assert drawing.changed is None
    after = drawing.draw(second).read()
    differs = (before != after).any(axis=2)
    named = np.zeros_like(differs)
    for x, y, width, height in drawing.changed:
        named[y : y + height, x : x + width] = True
    assert differs.any()
    assert not (differs & ~named).any()


def test_the_volume_is_uploaded_once(current_gl, rng, content, monkeypatch):
    """Voxels that reach glTexSubImage3D are those of the volume, whatever the number of frames."""
    from corticast.gl import calls

    uploaded = []
    original = calls.glTexSubImage3D

    def trace(*arguments):
        uploaded.append(np.prod(arguments[5:8]))
        return original(*arguments)

    monkeypatch.setattr(calls, "glTexSubImage3D", trace)
    volume, electrodes, placed = content
    scene = Scene(volume=volume, electrodes=electrodes)
    drawing = SceneDrawing(current_gl, scene, placed, (0, 255), (320, 180), moving=True)
    for state in states(rng, moving=True):
        drawing.draw(state)
    assert sum(uploaded) == volume.voxels.size


def test_a_transparent_background_keeps_its_alpha(current_gl, content):
    volume, electrodes, placed = content
    scene = Scene(volume=volume, electrodes=electrodes, background="none", labels="none", layout="axial", fit="volume")
    drawing = SceneDrawing(current_gl, scene, placed, (0, 255), (300, 300))
    pixels = drawing.draw(FrameState((0.0, 0.0, 0.0), np.ones(40, np.float32))).read()
    (panel,) = drawing.layout.panels
    x, y, width, height = panel.rect
    assert (pixels[y : y + height, x : x + width, 3] == 255).all()
    assert pixels[0, 0, 3] == 0
    # Premultiplied: no colour is brighter than its alpha.
    assert (pixels[:, :, :3] <= pixels[:, :, 3:]).all()


def test_a_picture_is_drawn_pixel_for_pixel(current_gl, rng):
    rgb = rng.integers(0, 256, (40, 60, 3)).astype(np.uint8)
    scene = Scene(image=Picture(rgb), labels="none")
    drawing = SceneDrawing(current_gl, scene, None, (0, 1), (60, 40))
    assert np.array_equal(drawing.draw(FrameState()).read()[:, :, :3], rgb)
