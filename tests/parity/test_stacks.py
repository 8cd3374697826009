"""Shafts seen end on: colours stay in sight where discs cover one another, in pixels and on pages."""

import re

import numpy as np
import pytest
from scipy.spatial import cKDTree

import corticast as cc
from corticast.core.color import colormaps
from tests.parity.reference import sprites_over

# At 1080 lines outlines are 2 pixels wide.
SIZE, DIAMETER_PX, OUTLINE_PX = (1080, 1080), 36.0, 2.0


def scene_of(step_mm, n=10):
    """Contacts 5 mm apart along x, each a step further to the front; two contacts far away keep the scale."""
    pos = np.array([(-40 + 5 * k, step_mm * k, 0.3 * step_mm * k) for k in range(n)], float)
    ends = np.array([[-40, -70, -70], [-40, 90, 80]], float)
    names = tuple(f"A{k}" for k in range(n + 2))
    table = cc.Electrodes(names, np.concatenate([pos, ends]), columns={"group": ["A"] * n + ["B"] * 2})
    size = (DIAMETER_PX, DIAMETER_PX)
    return cc.Scene(
        electrodes=table, layout="left", labels="none", caption="none", color_by="group", electrode_size=size
    )


def drawn_at(scene):
    """Places of contacts in pixels in the order of drawing, the far ones first, and widths of their outlines."""
    (panel,) = cc.panels(scene, size=SIZE)
    order = np.argsort(-scene.electrodes.pos[:, 0], kind="stable")
    places = panel.pixel_of(scene.electrodes.pos[order])
    nearest = cKDTree(places).query(places, k=2)[0][:, 1]
    return order, places, np.clip(nearest / 4, OUTLINE_PX / 4, OUTLINE_PX)


@pytest.mark.parametrize("step_mm", [0.2, 0.6, 1.5, 4.0, 12.0])
def test_outlines_in_a_stack_leave_colours_in_sight(step_mm, gl):
    scene = scene_of(step_mm)
    order, places, outlines = drawn_at(scene)
    colours = (colormaps.group_table(None, 2) / 255)[(order >= 10).astype(int)]
    expected = np.zeros((*SIZE[::-1], 3))
    for k in range(len(order)):
        expected = sprites_over(expected, places[k : k + 1], [DIAMETER_PX], colours[k : k + 1], outlines[k])
    frame = cc.frame(scene, size=SIZE).astype(float)
    # Each of ten layers is rounded.
    assert np.abs(frame - expected).max() <= 3
    # Along the shaft's axis, where outlines are crossed at right angles.
    shaft = places[order < 10]
    along = shaft[0] + np.linspace(0, 1, 2000)[:, None] * (shaft[-1] - shaft[0])
    column, row = np.rint(along).astype(int).T
    is_colour = np.abs(frame[row, column] / 255 - colours[order < 10][0]).max(axis=1) < 0.2
    if 3 < np.linalg.norm(shaft[1] - shaft[0]) < DIAMETER_PX:
        assert is_colour.mean() > 0.6


@pytest.mark.parametrize("step_mm", [1.5, 12.0])
def test_an_svg_has_the_same_outlines(step_mm, tmp_path, gl):
    scene = scene_of(step_mm)
    cc.save_frame(scene, tmp_path / "stack.svg", size=SIZE, dpi=72)
    circles = re.findall(r'<circle[^>]* stroke-width="([\d.]+)"', (tmp_path / "stack.svg").read_text())
    widths = [float(each) for each in circles]
    np.testing.assert_allclose(widths, drawn_at(scene)[2], atol=0.01)
