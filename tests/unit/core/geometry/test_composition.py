"""The scale of frames with all labels, against the largest scale at which the heads fit without labels."""

import itertools
from functools import cache, lru_cache

import numpy as np
import pytest
import scipy.ndimage
from scipy.spatial.transform import Rotation
from tests.grids import each_pair
from tests.own_panels import assert_texts_stand_by_their_pictures, texts_of
from tests.unit.core.text.test_all_texts import box as box_of

from corticast.core.geometry.panels import Motion, SlicePanel
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.layouts import LAYOUTS
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, PlacedElectrodes, Volume
from corticast.dsp.drive import ArrayDrive

SIZES = ((1920, 1080), (1080, 1920), (1080, 1080), (1280, 720), (800, 600), (3840, 2160))
# Half axes of the head in mm, of a neck or none, air around, zooms, and degrees about x, y and z.
HEADS = {
    "brain": ((66, 78, 62), 0, 60, (4, 4, 4), (0, 0, 0)),
    "head": ((76, 96, 85), 45, 25, (4, 4, 4), (0, 0, 0)),
    "oblique": ((62, 80, 64), 0, 30, (4, 4, 6), (15, -8, 12)),
    "mouse": ((3.2, 4.2, 3.2), 0, 1, (0.25, 0.25, 0.25), (0, 0, 0)),
}


@lru_cache
def head(name):
    """A head in a volume with air, a spot apart from it, and contacts within."""
    half, neck, air, zooms, degrees = HEADS[name]
    shape = np.ceil((2 * np.array(half) + 2 * air) / zooms).astype(int)
    affine = np.eye(4)
    affine[:3, :3] = Rotation.from_euler("xyz", degrees, degrees=True).as_matrix() @ np.diag(zooms)
    affine[:3, 3] = -affine[:3, :3] @ ((shape - 1) / 2)
    pos = np.moveaxis(np.indices(shape), 0, -1) @ affine[:3, :3].T + affine[:3, 3]
    inside = ((pos / half) ** 2).sum(axis=-1) < 1
    if neck:
        inside |= ((pos[..., 0] / neck) ** 2 + (pos[..., 1] / neck) ** 2 < 1) & (pos[..., 2] < 0)
    values = np.where(inside, 100, 0).astype(np.uint8)
    values[0, 0, 0] = 120
    rows = np.random.default_rng(2).uniform(-0.6, 0.6, (24, 3)) * half
    table = Electrodes(tuple(f"{'LR'[k % 2]}A{k}" for k in range(24)), rows, space="world")
    return Volume(values, affine), table


def boxes_of(panels, volume, pos_mm):
    """Width and height in mm of the largest part and the contacts, as each panel sees them."""
    parts, _ = scipy.ndimage.label(volume.voxels > 50)
    largest = np.argwhere(parts == np.bincount(parts.ravel())[1:].argmax() + 1)
    points = largest @ volume.affine[:3, :3].T + volume.affine[:3, 3]
    for panel in panels:
        axes = np.eye(3)[[panel.right_axis, panel.up_axis]] if isinstance(panel, SlicePanel) else panel.camera.axes[:2]
        seen, half = points @ axes.T, np.abs(axes @ volume.affine[:3, :3]).sum(axis=1) / 2
        ends = np.concatenate([seen - half, seen + half, pos_mm @ axes.T])
        yield tuple(np.ptp(ends, axis=0).tolist())


@lru_cache
def outlines(boxes):
    """Widths and heights of all ways to put boxes beside and above one another."""
    if len(boxes) == 1:
        return {boxes[0]}
    found = set()
    for chosen in range(1, 2 ** (len(boxes) - 1)):
        parts = [tuple(box for k, box in enumerate(boxes) if (chosen >> k & 1) == side) for side in (0, 1)]
        for (w, h), (other_w, other_h) in itertools.product(*map(outlines, parts)):
            found |= {(w + other_w, max(h, other_h)), (max(w, other_w), h + other_h)}
    return {one for one in found if not any(o != one and o[0] <= one[0] and o[1] <= one[1] for o in found)}


def optimum(boxes, size):
    if len(boxes) > 5:
        # Slices of one size.
        (width, height), n = boxes[0], len(boxes)
        fits = (min(size[0] / (c * width), size[1] / (-(-n // c) * height)) for c in range(1, n + 1))
        return max(fits)
    return max(min(size[0] / width, size[1] / height) for width, height in outlines(tuple(sorted(boxes))))


@cache
def laid_out(layout, size, name, content, theme="dark"):
    """A scene, its contacts in mm, and its layout. Where there are slices, planes sweep: these show whole heads."""
    volume, table = head(name)
    shown = {
        "volume": volume,
        "layout": layout,
        "title": "Patient 3 listens to a carol",
        "sweep": "full",
        "theme": theme,
    }
    placed, pos_mm = None, np.zeros((0, 3))
    if layout in ("3d", "lateral", "superior", "inferior", "anterior", "posterior", "mosaic"):
        del shown["sweep"]
    if content != "volume":
        placed, pos_mm = PlacedElectrodes(table, table.pos), table.pos
        shown |= {"electrodes": table, "caption": "lights follow the sound · 10 bands 400–6000 Hz · n = 24 contacts"}
    if content == "activity":
        shown["drive"] = ArrayDrive(np.ones((24, 2), np.float32), 1.0, table.names)
    scene = Scene(**shown)
    return scene, pos_mm, layout_of(scene, placed, size)


GRID = {"layout": tuple(LAYOUTS), "size": SIZES, "name": tuple(HEADS), "content": ("activity", "groups", "volume")}


@each_pair(**GRID)
def test_the_scale_is_at_least_85_percent_of_the_optimum(layout, size, name, content):
    volume, _ = head(name)
    _, pos_mm, made = laid_out(layout, size, name, content)
    (scale,) = {round(panel.pixels_per_mm, 6) for panel in made.panels}
    boxes = list(boxes_of(made.panels, volume, pos_mm))
    assert scale >= 0.85 * optimum(boxes, size)
    # Nothing of the head is cut; slices of a mosaic may be smaller than the head.
    for panel, box, its in zip(made.panels, boxes, made.boxes, strict=True) if layout != "mosaic" else ():
        for k in (0, 1):
            assert panel.rect[2 + k] >= its[2 + k] >= scale * box[k] - 1


@each_pair(**GRID)
def test_texts_of_a_panel_stand_nearest_to_its_picture(layout, size, name, content):
    scene, _, made = laid_out(layout, size, name, content)
    assert_texts_stand_by_their_pictures(scene, made, Motion("sweep" if scene.sweep else "rest"))


@pytest.mark.parametrize("layout", ["ortho", "grid"])
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920)])
def test_headings_of_the_post_stand_nearest_to_their_picture(layout, size):
    scene, _, made = laid_out(layout, size, "head", "activity", "post")
    assert_texts_stand_by_their_pictures(scene, made, Motion("sweep"))


@pytest.mark.parametrize("name", ["brain", "head"])
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (480, 300), (1800, 600)])
def test_numbers_of_the_post_stand_beside_the_pictures(size, name):
    """As in the post: in the air at the left of each slice, over no slice and no contact."""
    volume, _ = head(name)
    scene, pos_mm, made = laid_out("ortho", size, name, "activity", "post")
    assert made.panels[0].pixels_per_mm >= 0.85 * optimum(list(boxes_of(made.panels, volume, pos_mm)), size)
    assert not made.on_contacts
    for number, panel in enumerate(made.panels):
        texts = [text for text in texts_of(scene, made, number, Motion("sweep")) if len(text.text) > 2]
        for text in texts:
            left, top, right, bottom = box_of(text)
            assert all(
                right <= x or x + width <= left or bottom <= y or y + height <= top
                for x, y, width, height in made.boxes
            ), (panel.title, text.text)
            if text.slot.upright:
                assert right <= made.boxes[number][0]
        assert texts


@pytest.mark.parametrize("content", ["groups", "volume"])
@pytest.mark.parametrize("size", [(1080, 1920), (1080, 1080), (800, 600)])
def test_captions_of_mosaics_stand_in_the_air_beside_slices(size, content):
    half = np.array(HEADS["brain"][0])
    scene, _, made = laid_out("mosaic", size, "brain", content)
    shares = []
    for number, panel in enumerate(made.panels):
        if panel.is_scout:
            continue
        boxes = [box_of(text) for text in texts_of(scene, made, number, Motion()) if len(text.text) > 2]
        for left, top, right, bottom in boxes:
            pixels = np.stack(np.meshgrid(np.arange(left, right), np.arange(top, bottom)), axis=-1).reshape(-1, 2)
            mm = np.zeros((len(pixels), 3))
            mm[:, [panel.right_axis, panel.up_axis]] = (pixels - panel.affine[:, 2]) / np.diag(panel.affine[:, :2])
            mm[:, panel.fixed_axis] = panel.plane_mm
            shares.append((((mm / half) ** 2).sum(axis=1) < 1).mean())
    assert len(shares) >= 11
    assert np.mean(shares) < 0.25


@pytest.mark.parametrize(("size", "n_columns"), [((1920, 1080), 3), ((1080, 1080), 2), ((700, 1920), 1)])
def test_three_slices_stand_in_a_row_a_column_or_both(size, n_columns):
    volume, _ = head("head")
    rects = [panel.rect for panel in layout_of(Scene(volume=volume), None, size).panels]
    assert len({rect[0] for rect in rects}) == n_columns
