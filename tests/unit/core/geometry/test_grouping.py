"""Tall frames with room to spare: the panels, the bar and the lines at the foot stand together."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from corticast.core.geometry.panels import Motion
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, PlacedElectrodes, Volume
from corticast.core.text.captions import ActivityScale, Captions
from corticast.core.text.foot import Fact
from corticast.dsp.drive import ArrayDrive

FACTS = tuple(Fact(text) for text in ("lights follow the sound", "10 bands 400–6000 Hz", "n = 2 contacts"))


def captions_of(layout, size):
    pos = np.moveaxis(np.indices((40, 48, 40)), 0, -1) * 4.0
    inside = (((pos - (80, 96, 80)) / (64, 80, 60)) ** 2).sum(axis=-1) < 1
    affine = np.diag([4.0, 4.0, 4.0, 1.0])
    affine[:3, 3] = (-80, -96, -80)
    table = Electrodes(("a", "b"), np.array([[-50.0, 0, 0], [-40, 20, 5]]), space="world")
    scene = Scene(
        volume=Volume(np.where(inside, 100, 0).astype(np.uint8), affine),
        electrodes=table,
        drive=ArrayDrive(np.ones((2, 2), np.float32), 1.0, table.names),
        layout=layout,
    )
    made = layout_of(scene, PlacedElectrodes(table, table.pos), size)
    return Captions(scene, made, Motion("rest"), ActivityScale(), caption=FACTS)


def rows_of(text):
    """First and last row with ink, drawn by Pillow."""
    import font_roboto

    size_px = text.slot.size_px
    picture = Image.new("L", (2000, 200))
    font = ImageFont.truetype(font_roboto.Roboto, size_px)
    ImageDraw.Draw(picture).text((10, 100), text.text, 255, font, "ls")
    rows = np.flatnonzero(np.asarray(picture).any(axis=1))
    baseline = text.slot.y + 0.711 * size_px / 2
    return baseline + rows[0] - 100, baseline + rows[-1] + 1 - 100


@pytest.mark.parametrize("layout", ["left", "3d", "axial"])
@pytest.mark.parametrize("size", [(1080, 1920), (700, 1400)])
def test_a_single_head_in_a_tall_frame_stands_with_its_texts_in_the_middle(layout, size):
    captions = captions_of(layout, size)
    made, lines = captions.layout, captions._foot()
    _, bar_y, bar_width, bar_height = made.colorbar
    assert bar_width > bar_height
    edges = [rows_of(line) for line in lines]
    line_px = lines[0].slot.size_px
    # The panel shows a rim of a voxel around its cell, whose edges its corners have.
    panel_top, panel_bottom = made.corners[0][0].y, made.panels[0].rect[1] + made.panels[0].rect[3]
    # Panel, bar and lines follow one another, and no text stands in another one's row.
    assert panel_bottom <= bar_y + 1
    assert bar_y - panel_bottom < 3 * line_px
    numbers_bottom = bar_y + bar_height + 1.5 * made.tick_px
    assert bar_y + bar_height < edges[0][0]
    assert edges[0][0] - numbers_bottom < 1.5 * line_px
    # Above and below the group there is room: somewhat more below.
    above, below = panel_top, size[1] - edges[-1][1]
    assert 0.05 * size[1] < above <= 1.2 * below
    assert below < 2.6 * above


@pytest.mark.parametrize(("layout", "size"), [("ortho", (1920, 1080)), ("left", (900, 600)), ("grid", (1080, 1920))])
def test_lines_of_a_full_frame_stand_at_its_lower_edge(layout, size):
    lines = captions_of(layout, size)._foot()
    assert size[1] - rows_of(lines[-1])[1] < lines[-1].slot.size_px
