"""The bar in mm: its length against the affines of panels, and that it covers only air."""

import shutil
import subprocess
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import corticast as cc
from corticast.core.geometry.cuts import panel_cuts
from corticast.core.geometry.panels import Motion
from corticast.core.geometry.scale_bar import length_text, round_lengths_mm
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.scene import changed
from corticast.core.model.types import Electrodes, FrameState, Picture, PlacedElectrodes, Volume
from corticast.errors import OptionError
from tests.conftest import expected
from tests.parity.scene import SceneDrawing

pytestmark = pytest.mark.gl

SIZE = (480, 270)
LABELS = ("letters", "mm", "title", "slice", "colorbar", "scale")


def head(kind="head"):
    """An ellipsoid with a neck in air, or a cube that fills its volume."""
    affine = np.diag([3.0, 3, 3, 1])
    affine[:3, 3] = -96
    if kind == "cube":
        return Volume(np.full((65, 65, 65), 90, np.uint8), affine)
    x, y, z = np.indices((65, 65, 65)) * 3.0 - 96
    inside = (x / 70) ** 2 + (y / 85) ** 2 + (z / 78) ** 2 < 1
    inside |= (x**2 + (y + 15) ** 2 < 35**2) & (z < 0)
    return Volume(np.where(inside, 90, 0).astype(np.uint8), affine)


def contacts():
    pos = np.array([[-72.0, 10, 20], [-60, -50, 0], [40, 60, 50], [70, -10, -20], [66, -48, 0]])
    return Electrodes(("A1", "A2", "B1", "C1", "C2"), pos, space="world")


def scene_of(layout, *, kind="head", table=None, labels=LABELS, **options):
    scene = cc.Scene(volume=head(kind), electrodes=table, layout=layout, window=(0, 180), **options)
    return changed(scene, labels=labels)


def pictures_of(gl, scene, size, states, **moving):
    """Layout, and pixels (frame, row, column, 4) with the bar and without."""
    table = scene.electrodes
    placed = None if table is None else PlacedElectrodes(table, table.pos)
    with_bar = SceneDrawing(gl, scene, placed, (0, 180), size, **moving)
    without = SceneDrawing(gl, changed(scene, labels=scene.labels - {"scale"}), placed, (0, 180), size, **moving)
    frames = [[each.draw(state).read().astype(int) for state in states] for each in (with_bar, without)]
    return with_bar.layout, *map(np.array, frames)


def ink_box(changes):
    """Left, top, right and bottom of the longest level run of pixels that changed, edges at integers."""
    runs = []
    for row in np.flatnonzero(changes.any(axis=1)):
        edges = np.flatnonzero(np.diff(np.r_[0, changes[row].astype(int), 0]))
        runs += [(right - left, row, left) for left, right in zip(edges[::2], edges[1::2], strict=True)]
    longest = max(length for length, _, _ in runs)
    rows = [row for length, row, _ in runs if length == longest]
    left = next(left for length, _, left in runs if length == longest)
    return left, min(rows), left + longest, max(rows) + 1


@pytest.mark.parametrize(
    ("layout", "size", "options"),
    [
        ("ortho", SIZE, {}),
        ("ortho", (270, 480), {"theme": "light", "table": contacts()}),
        ("talk", SIZE, {"theme": "post"}),
        ("left", (270, 270), {"theme": "print"}),
        ("axial", SIZE, {"background": "none", "table": contacts()}),
        ("3d", SIZE, {"render": "glass"}),
        ("ortho", SIZE, {"fit": "volume"}),
    ],
)
def test_the_bar_has_its_length_and_covers_only_air(current_gl, fidelity, layout, size, options):
    scene = scene_of(layout, **options)
    state = FrameState((0.0, 0.0, 0.0), activity=np.full(5, 0.5, np.float32))
    made, (with_bar,), (without,) = pictures_of(current_gl, scene, size, [state])
    bar = made.scale_bar
    panel = made.panels[bar.panel]
    covered = np.abs(with_bar - without).max(axis=2) > 0
    # Where the bar and its text stand, there is the ground, which is one colour.
    ground = without[0, size[0] // 3]
    assert (without[covered] == ground).all()
    assert 60 < covered.sum() < 0.02 * covered.size
    left, top, right, bottom = ink_box(np.abs(with_bar - without)[..., :3].max(axis=2) > 120)
    fidelity.within(
        "Space: length of the bar in mm",
        "affines of panels",
        [right - left - bar.length_mm * panel.pixels_per_mm],
        1,
        "px",
    )
    assert (left, (top + bottom) / 2) == (bar.x, bar.y)
    assert (right - left + 1) / panel.rect[2] >= 0.1
    assert (right - left - 1) / panel.rect[2] <= 0.25
    scales = {round(each.pixels_per_mm, 9) for each in made.panels}
    assert scales == {round(each.pixels_per_mm, 9) for each in cc.panels(scene, time=0, size=size)}
    assert len(scales) == 1
    x, y, width, height = panel.rect
    rows, columns = np.nonzero(covered)
    assert x <= columns.min() <= columns.max() < x + width
    assert y <= rows.min() <= rows.max() < y + height


@pytest.mark.parametrize("layout", ["sagittal", "axial | 3d"])
def test_the_bar_of_a_film_covers_only_air_in_all_frames(current_gl, layout):
    scene = scene_of(layout, sweep="full", spin=20.0 if "3d" in layout else 0.0)
    places = np.linspace(-80, 80, 3)
    states = [FrameState((mm, mm, mm), turn_deg=2 * mm) for mm in places]
    made, with_bar, without = pictures_of(current_gl, scene, SIZE, states, moving=True, turning="3d" in layout)
    assert made.scale_bar is not None
    covered = np.abs(with_bar - without).max(axis=3) > 0
    # The captions of the frames differ; the bar is the same in all.
    assert (covered == covered[0]).all()
    assert covered[0].sum() > 60
    assert not without[covered, :3].any()


@pytest.mark.parametrize("table", [None, contacts()])
def test_a_head_without_air_around_has_the_bar_at_the_foot(current_gl, table):
    scene = scene_of("sagittal | axial", kind="cube", table=table, caption="words at the foot")
    made, (with_bar,), _ = pictures_of(current_gl, scene, (640, 360), [FrameState((0.0, 0.0, 0.0))])
    bar = made.scale_bar
    assert bar.panel is None
    _, top, right, bottom = bar.box
    assert top >= max(panel.rect[1] + panel.rect[3] for panel in made.panels)
    assert made.foot.bottom <= top
    assert right <= 640
    assert bottom <= 360
    row = with_bar[round(bar.y), :, :3].min(axis=1)
    assert abs((row > 200).sum() - bar.length_mm * made.panels[0].pixels_per_mm) < 12
    # The band costs little.
    plain = layout_of(changed(scene, labels=scene.labels - {"scale"}), None, (640, 360))
    assert made.panels[0].pixels_per_mm > 0.9 * plain.panels[0].pixels_per_mm


def test_a_mask_that_cuts_the_head_leaves_no_corner():
    whole = head()
    x, y, z = np.indices(whole.shape) * 3.0 - 96
    brain = Volume((x**2 + y**2 + z**2 < 40**2).astype(np.uint8), whole.affine)
    assert layout_of(scene_of("axial", mask=brain), None, SIZE).scale_bar.panel is None
    assert layout_of(scene_of("axial"), None, SIZE).scale_bar.panel == 0


@pytest.mark.parametrize("scale", [0.013, 0.4, 1.0, 2.95, 77.0, 3000.0])
def test_lengths_are_round_and_take_a_tenth_to_a_quarter(scale):
    rounds = sorted((n * 10.0**e for e in range(-6, 7) for n in (1, 2, 5)), reverse=True)
    for width in (100.0, 333.3, 1024.0):
        fitting = [mm for mm in rounds if 0.1 * width <= mm * scale <= 0.25 * width]
        assert fitting
        assert round_lengths_mm(scale, width) == pytest.approx(fitting, rel=1e-12)


@pytest.mark.parametrize(
    ("mm", "text"), [(0.5, "0.5 mm"), (2.0, "2 mm"), (50.0, "50 mm"), (100.0, "10 cm"), (2000.0, "200 cm")]
)
def test_lengths_are_written_in_mm_and_long_ones_in_cm(mm, text):
    assert length_text(mm) == text


def test_a_picture_has_no_bar():
    picture = Picture(np.zeros((4, 4, 3), np.uint8))
    flat = Electrodes(("a", "b"), np.array([[1.0, 1], [3, 3]]), space="picture")
    for inputs in ({"image": picture}, {"image": picture, "electrodes": flat}, {"electrodes": flat}):
        with pytest.raises(OptionError) as refused:
            cc.Scene(**inputs, labels="mm,scale")
        assert refused.value.as_typed == (
            "--labels mm,scale: scale does nothing on a picture, which has no mm; leave it out"
        )


def test_a_picture_has_no_bar_by_options_that_are_kept():
    flat = Electrodes(("a", "b"), np.array([[1.0, 1], [3, 3]]), space="picture")
    scene = changed(cc.Scene(electrodes=flat), labels="mm,scale")
    assert layout_of(scene, PlacedElectrodes(flat, flat.pos), (480, 270)).scale_bar is None


def test_pages_hold_the_bar_as_a_line_and_its_length_as_text(tmp_path):
    scene = scene_of("ortho")
    cc.save_frame(scene, tmp_path / "scale.svg", size=(480, 270), dpi=72)
    drawn = ET.parse(tmp_path / "scale.svg")
    (panel, *_), svg = cc.panels(scene, size=(480, 270)), "{http://www.w3.org/2000/svg}"
    *_, line = drawn.findall(f".//{svg}line")
    length_px = float(line.get("x2")) - float(line.get("x1"))
    (words,) = [
        text.text for text in drawn.findall(f".//{svg}text") if text.text.endswith("0 mm") and "=" not in text.text
    ]
    assert length_px == pytest.approx(float(words.split()[0]) * panel.pixels_per_mm, abs=1e-3)
    if shutil.which("pdftotext") or expected("poppler"):
        cc.save_frame(scene, tmp_path / "scale.pdf", size=(480, 270), dpi=72)
        read = subprocess.run(["pdftotext", tmp_path / "scale.pdf", "-"], capture_output=True, text=True, check=True)
        assert words in read.stdout


@pytest.mark.parametrize("layout", ["mosaic", "sagittal | axial", "axial@-60,-40,-20,0,20,40,60 / sagittal"])
def test_no_line_of_a_slice_crosses_the_bar(layout):
    scene = scene_of(layout, labels=("scale", "cuts", "mm"))
    for moves in (False, True):
        made = layout_of(scene, None, SIZE, planes_move=moves)
        bar = made.scale_bar
        assert bar.panel is not None
        left, top, right, bottom = bar.box
        for each in panel_cuts(made, Motion("drag" if moves else "rest")):
            for mm in np.linspace(-90, 90, 61) if moves else (0.0,):
                lines = each.lines(FrameState((mm, mm, mm)))
                points = lines[:, None, 0] + np.linspace(0, 1, 400)[:, None] * (lines[:, 1:] - lines[:, :1])
                inside = (points > (left, top)).all(axis=2) & (points < (right, bottom)).all(axis=2)
                assert not inside.any()


@pytest.mark.parametrize("layout", ["mosaic@11", "ortho"])
def test_the_length_is_written_in_the_size_of_captions(layout):
    scene = scene_of(layout, labels=["mm", "scale"])
    made = layout_of(scene, None, (1920, 1080))
    assert made.scale_bar is not None
    assert made.scale_bar.slot.size_px == min(made.caption_style.size_px, made.tick_px)
    alone = layout_of(changed(scene, labels=["scale"]), None, (1920, 1080))
    assert alone.scale_bar.slot.size_px == alone.tick_px
