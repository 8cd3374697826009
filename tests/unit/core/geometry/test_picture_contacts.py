"""Contacts at the edges of a picture: at full size they reach no line at the foot, no lying bar and no title."""

import numpy as np
import pytest

from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, Picture, PlacedElectrodes
from corticast.dsp.drive import ArrayDrive

TABLE = Electrodes(("A", "B", "C"), np.array([[110.0, 149], [60, 1], [5, 70]]), space="picture")


def layout_with(size, *, planes_move=False, **options):
    options = {"electrode_size": (10, 100), "title": "A title", "caption": "own", **options}
    shown = {"image": Picture(np.zeros((150, 220, 3), np.uint8)), "electrodes": TABLE}
    drive = ArrayDrive(np.ones((3, 2)), 1.0, None)
    scene = Scene(**shown, **{"drive": drive, **options})
    return layout_of(scene, PlacedElectrodes(TABLE, TABLE.pos), size, planes_move=planes_move)


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1080, 1080), (640, 360)])
@pytest.mark.parametrize("diameters", [(10, 100), (5, 140)])
def test_no_text_meets_a_contact_at_full_size(size, diameters):
    made = layout_with(size, electrode_size=diameters)
    (panel,) = made.panels
    radius = diameters[1] / 2 * size[1] / 1080
    _, y, width, height = panel.rect
    # Rows of pixels of the picture have their middles at whole numbers.
    rows = y + (TABLE.pos[:, 1] + 0.5) * height / 150
    assert made.foot.top >= rows.max() + radius - 0.5
    # Below the middle of capitals Roboto has 0.566 of its size, descenders included.
    assert made.title.y + 0.566 * made.title.size_px <= rows.min() - radius + 0.5
    if made.colorbar[2] > made.colorbar[3]:
        assert made.colorbar[1] >= rows.max() + radius - 0.5
    # The picture keeps its form, and is as large as the room allows.
    assert width / height == pytest.approx(220 / 150, rel=0.01)


def test_small_contacts_within_the_picture_make_it_no_smaller():
    small, plain = layout_with((1920, 1080), electrode_size=(1, 2)), layout_with((1920, 1080), electrode_size=(0, 0.1))
    assert small.panels[0].rect == plain.panels[0].rect


def test_giant_contacts_make_the_picture_a_little_smaller():
    giant, plain = layout_with((1920, 1080), electrode_size=(1, 900)), layout_with((1920, 1080), electrode_size=(0, 1))
    assert giant.panels[0].rect[3] == pytest.approx(0.85 * plain.panels[0].rect[3], abs=2)
    assert giant.foot.top <= giant.foot.bottom


def test_contacts_may_pass_the_picture_where_no_text_stands():
    bare = {"caption": "none", "title": "", "labels": "none"}
    large, small = (layout_with((1080, 1080), electrode_size=(1, most), **bare) for most in (300, 2))
    assert large.panels[0].rect == small.panels[0].rect


@pytest.mark.parametrize("diameters", [(10, 100), (10, 200)])
def test_a_show_keeps_its_bar_clear_of_contacts_at_full_size(diameters):
    # In a show activity may come from elsewhere than the scene.
    made = layout_with((1080, 1350), electrode_size=diameters, drive=None, planes_move=True)
    _, y, _, height = made.panels[0].rect
    rows = y + (TABLE.pos[:, 1] + 0.5) * height / 150
    assert made.colorbar[2] > made.colorbar[3]
    assert made.colorbar[1] >= rows.max() + diameters[1] / 2 * 1350 / 1080 - 0.5
