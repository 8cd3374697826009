"""Where frames of a film at rest differ: drawn at no and at full activity, against the parts that are named before."""

from dataclasses import replace

import numpy as np
import pytest

from corticast.core.flash_meter import FlashMeter
from corticast.core.flashes import sample_size
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, FrameState, PlacedElectrodes, Volume
from corticast.gl.target import Target
from corticast.passes.plane_samples import PlaneSamples
from corticast.passes.planes import PlanePass
from tests.parity.scene import SceneDrawing

pytestmark = pytest.mark.gl

SIZE = (480, 270)
N = 30


def head():
    """A ball of 60 mm."""
    grid = np.mgrid[-80:81:4, -80:81:4, -80:81:4]
    voxels = np.where((grid**2).sum(axis=0) < 60**2, 150, 0).astype(np.uint8)
    affine = np.diag([4.0, 4.0, 4.0, 1.0])
    affine[:3, 3] = -80
    return Volume(voxels, affine)


def contacts():
    random = np.random.default_rng(4)
    pos = random.normal(size=(N, 3))
    pos *= 58 / np.linalg.norm(pos, axis=1, keepdims=True)
    bad = random.random(N) < 0.1
    return Electrodes(tuple(f"E{number}" for number in range(N)), pos, bad=bad)


def drawing_of(gl, *, volume=True, moving=False, turning=False, **options):
    electrodes = contacts()
    scene = Scene(volume=head() if volume else None, electrodes=electrodes, **options)
    placed = PlacedElectrodes(electrodes, electrodes.pos)
    return SceneDrawing(gl, scene, placed, (0, 255), SIZE, moving=moving, turning=turning)


def state(activity, clock="0:00.0"):
    return FrameState((5.0, -10.0, 12.0), np.full(N, activity, np.float32), clock)


SCENES = [
    {"layout": "ortho"},
    {"layout": "grid", "electrode_size": (10.0, 90.0), "title": "A title"},
    {"layout": "axial", "electrode_depth": "all", "labels": ()},
    {"layout": "lateral"},
    {"layout": "lateral", "electrode_depth": "all"},
    {"layout": "3d", "electrode_size": (10.0, 90.0)},
    {"layout": "3d", "volume": False, "labels": ()},
    {"layout": "grid", "electrode_style": "glow"},
    {"layout": "axial", "electrode_style": "ball"},
    {"layout": "coronal", "electrode_style": "ring"},
    {"layout": "lateral", "electrode_style": "glow", "electrode_size": (10.0, 60.0)},
]


@pytest.mark.parametrize("options", SCENES)
def test_frames_differ_only_where_contacts_and_the_clock_can_reach(gl, options):
    drawing = drawing_of(gl, **options)
    states = [state(0.0), state(1.0, "0:11.1"), state(-1.0, "0:88.8"), state(0.5, "−0:44.4"), state(1.0, "10:00.0")]
    reach = drawing.compositor.reach(replace(states[0], window=(0, 255)), replace(states[-1], window=(0, 255)))
    frames = np.stack([drawing.draw(each).read()[..., :3] for each in states])
    differs = (frames != frames[0]).any(axis=(0, 3))
    assert differs.any()
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
    reached = np.zeros_like(differs)
    for discs in reach.discs:
        for (x, y), radius in zip(discs.centres_px, discs.radii_px, strict=True):
            reached |= np.hypot(columns - x, rows - y) <= radius
    for x, y, width, height in reach.rects:
        reached |= (columns >= x) & (columns < x + width) & (rows >= y) & (rows < y + height)
    assert not (differs & ~reached).any()
    # The named parts are little larger than those that differ.
    assert reached.sum() < 2.5 * differs.sum() + sum(width * height for *_, width, height in reach.rects)
    assert not (sampled_of(gl, differs) & ~reach.cells()).any()
    # The colour of planes is mixed from neighbouring pixels.
    planes, codes = PlanePass(gl, SIZE), []
    samples = PlaneSamples(planes, SIZE, np.zeros(0, int))
    for each in states:
        planes.draw(drawing.draw(each))
        codes.append(samples.whole(planes.target.read().ravel()))
    differs_in_planes = (np.stack(codes) != codes[0]).any(axis=(0, 3))
    assert differs_in_planes.any()
    assert not (differs_in_planes & ~replace(reach, halo_px=2).cells()).any()


@pytest.mark.parametrize("options", SCENES)
def test_samples_of_two_frames_differ_only_where_the_larger_activity_reaches(gl, options):
    """A third of the contacts keep their activity, and change nothing."""
    drawing = drawing_of(gl, **options)
    random = np.random.default_rng(6)
    n_reached = []
    for largest in (0.004, 0.1, 0.4, 1.0):
        before, after = (random.uniform(-largest, largest, N).astype(np.float32) for _ in range(2))
        after[::3] = before[::3]
        states = [replace(state(0.0), activity=each, window=(0, 255)) for each in (before, after)]
        cells, rows, shares = drawing.compositor.reach(*states).reached()
        frames = [drawing.draw(each).read()[..., :3] for each in states]
        differs = sampled_of(gl, (frames[0] != frames[1]).any(axis=2))
        changes = before != after
        larger = np.maximum(np.maximum(np.abs(before), np.abs(after)), 0.01)
        may_differ = np.zeros_like(differs)
        may_differ.ravel()[cells[(rows < 0) | (changes[rows] & (shares <= larger[rows] + 1e-6))]] = True
        assert not (differs & ~may_differ).any()
        n_reached.append(may_differ.sum())
    assert n_reached == sorted(n_reached)
    assert n_reached[0] < 0.7 * n_reached[-1]


def sampled_of(gl, marks):
    """Marks of the pixels that the flash meter samples."""
    large, small = Target(gl, SIZE), Target(gl, sample_size(SIZE))
    large.texture.set_data(np.repeat(255 * marks[..., None].astype(np.uint8), 4, axis=2))
    small.sample(large)
    return small.read()[..., 0] > 0


@pytest.mark.parametrize(
    "options",
    [
        {"layout": "ortho"},
        {"layout": "lateral"},
        {"layout": "3d", "volume": False},
        {"layout": "ortho", "electrode_style": "glow"},
    ],
)
def test_contacts_that_cannot_flash_do_not_where_all_alternate(gl, options):
    """From small contacts to large ones: none and full activity in turn, in every sample."""
    judged = []
    for widest in np.geomspace(12.0, 400.0, 5).tolist():
        drawing = drawing_of(gl, electrode_size=(0.0, widest), labels=(), **options)
        first, last = (replace(state(activity, ""), window=(0, 255)) for activity in (0.0, 1.0))
        can_flash = drawing.compositor.reach(first, last).can_flash()
        small, meter = Target(gl, sample_size(SIZE)), FlashMeter(sample_size(SIZE), 30)
        for number in range(8):
            small.sample(drawing.draw((first, last)[number % 2]))
            meter.push(small.read())
        flashes = any(reading.rate_hz for reading in meter.flashes.readings)
        assert can_flash or not flashes
        judged.append((can_flash, flashes))
    assert judged[0] == (False, False)
    assert judged[-1] == (True, True)


@pytest.mark.parametrize("motion", [{"moving": True}, {"turning": True}])
@pytest.mark.parametrize("options", [{"layout": "ortho"}, {"layout": "3d", "volume": False}])
def test_where_planes_or_views_move_no_reach_is_known(gl, motion, options):
    drawing = drawing_of(gl, **options, **motion)
    first = replace(state(0.0), window=(0, 255))
    assert drawing.compositor.reach(first, first) is None


def test_another_plane_at_the_end_leaves_the_reach_unknown(gl):
    drawing = drawing_of(gl, layout="ortho")
    first = replace(state(0.0), window=(0, 255))
    assert drawing.compositor.reach(first, first) is not None
    assert drawing.compositor.reach(first, replace(first, planes_mm=(6.0, -10.0, 12.0))) is None
