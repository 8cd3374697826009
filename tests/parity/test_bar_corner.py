"""A colour bar in a corner: panels are as large as without a bar, and the bar covers only air in all frames."""

from dataclasses import replace

import numpy as np
import pytest

import corticast as cc
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.types import FrameState, PlacedElectrodes
from corticast.dsp.drive import ArrayDrive
from tests.parity.scene import SceneDrawing
from tests.parity.test_scale_bar import contacts, head

pytestmark = pytest.mark.gl

LABELS = ("letters", "mm", "slice", "colorbar")
TABLE = contacts()
LIT = {"electrodes": TABLE, "drive": ArrayDrive(np.ones((5, 2), np.float32), 1.0, TABLE.names)}


@pytest.mark.parametrize(
    ("layout", "size", "options"),
    [
        ("ortho", (400, 480), {"sweep": "full"}),
        ("sagittal", (480, 480), {"sweep": "full"}),
        ("coronal", (400, 480), {"theme": "light"}),
        ("left", (480, 480), {"render": "mip"}),
        ("coronal", (400, 480), LIT),
        ("sagittal", (480, 480), {"sweep": "full"} | LIT),
        ("left", (480, 480), {"electrode_style": "glow"} | LIT),
    ],
)
def test_a_bar_in_a_corner_covers_only_air_in_all_frames(current_gl, layout, size, options):
    # The view from the left has no caption.
    labels = set(LABELS) - ({"slice", "mm"} if layout == "left" else set())
    scene = cc.Scene(volume=head(), layout=layout, labels=labels, window=(0, 180), **options)
    bare = cc.Scene(volume=head(), layout=layout, labels=labels - {"colorbar"}, window=(0, 180), **options)
    placed = PlacedElectrodes(TABLE, TABLE.pos) if "electrodes" in options else None
    made = layout_of(scene, placed, size)
    assert made.bar_in_corner
    share = made.panels[0].pixels_per_mm / layout_of(bare, placed, size).panels[0].pixels_per_mm
    # Captions give way to the bar, and stand off heads: on three slices that costs a little.
    assert share == 1 if layout != "ortho" else 0.975 < share <= 1
    places = np.linspace(-80, 80, 5) if scene.sweeps != "none" else [0.0]
    activity = np.ones(5, np.float32) if placed is not None else None
    states = [FrameState((mm, mm, mm), turn_deg=2 * mm, activity=activity) for mm in places]
    moves = {"moving": scene.sweeps != "none", "turning": scene.spin != 0}
    without_bar = replace(made, colorbar=None, bar_room=None, bar_in_corner=False)
    drawn = [
        SceneDrawing(current_gl, scene, placed, (0, 180), size, layout=each, **moves) for each in (made, without_bar)
    ]
    with_bar, without = (np.array([each.draw(state).read().astype(int) for state in states]) for each in drawn)
    covered = np.abs(with_bar - without).max(axis=3) > 0
    # Where the bar and its texts stand, there is the ground, which is one colour.
    ground = without[0, 0, size[0] // 3]
    assert (without[covered] == ground).all()
    x, y, width, height = made.bar_room
    _, rows, columns = np.nonzero(covered)
    assert covered.sum() > 0.04 * len(states) * width * height
    assert x - 1 <= columns.min() <= columns.max() <= x + width
    assert y - 1 <= rows.min() <= rows.max() <= y + height
