"""The bar of grey values stands where a panel shows them by its scale: beside slices and maxima, not beside light."""

import numpy as np
import pytest

import corticast as cc
from corticast.core.geometry.panels import Motion
from corticast.core.geometry.placement import place
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.scene import changed
from corticast.core.model.types import Electrodes, FrameState, Volume
from corticast.core.text.captions import Captions
from corticast.errors import OptionError

SIZE = (640, 360)


def volume_of(kind):
    """A ball of a brain without a skull, of a whole head, or of bone and tissue in Hounsfield units."""
    away = np.linalg.norm(np.indices((40, 40, 40)) - 19.5, axis=0)
    affine = np.diag([4.0, 4.0, 4.0, 1.0]) if kind == "brain" else np.diag([6.0, 6.0, 6.0, 1.0])
    affine[:3, 3] = -19.5 * affine[0, 0]
    values = np.where(away < 18, 100, 0).astype(np.int16)
    if kind == "ct":
        values = np.select([away < 16, away < 18], [40, 1200], -1000).astype(np.int16)
    return Volume(values, affine)


@pytest.mark.parametrize(
    ("kind", "layout", "render", "has_bar"),
    [
        *[("brain", layout, "auto", True) for layout in ("ortho", "talk", "axial", "mosaic", "axial | 3d")],
        *[
            (kind, layout, "auto", False)
            for kind in ("brain", "head")
            for layout in ("lateral", "3d", "left / superior")
        ],
        ("head", "3d", "surface", False),
        ("brain", "3d", "glass", False),
        ("head", "3d", "mip", True),
        ("ct", "3d", "auto", True),
        ("ct", "3d", "surface", False),
        ("ct", "coronal", "auto", True),
    ],
)
def test_the_bar_of_greys_stands_beside_greys(kind, layout, render, has_bar):
    # Labels that can draw nothing are refused where somebody names them, and may stand in a scene that changes.
    scene = cc.Scene(volume=volume_of(kind), layout=layout)
    scene = changed(scene, labels="letters,mm,colorbar", render=render)
    for planes_move in (False, True):
        made = layout_of(scene, None, SIZE, planes_move=planes_move)
        texts = [text.text for text in Captions(scene, made, Motion()).resting(FrameState(window=(0.0, 1.0)))]
        assert (made.colorbar is not None) is has_bar
        assert ("intensity" in texts) is has_bar


def test_without_a_bar_nothing_is_kept_free_for_one():
    """A brain of light is as large with the label as without it."""
    scales = []
    for labels in ("letters,mm", "letters,mm,colorbar"):
        scene = changed(cc.Scene(volume=volume_of("brain"), layout="lateral"), labels=labels)
        scales.append(layout_of(scene, None, SIZE).panels[0].pixels_per_mm)
    assert scales[0] == scales[1]


def test_the_bar_of_activity_stands_beside_light():
    table = Electrodes(("a", "b"), np.array([[-70.0, 0, 0], [-70, 20, 0]]), space="world")
    drive = cc.ArrayDrive(np.ones((2, 3), np.float32), 1.0, table.names)
    scene = cc.Scene(volume=volume_of("brain"), electrodes=table, drive=drive, layout="lateral")
    assert layout_of(scene, place(table, volume=scene.volume), SIZE).colorbar is not None


@pytest.mark.parametrize(("kind", "refused"), [("brain", True), ("ct", False)])
def test_a_title_without_a_bar_is_refused(kind, refused):
    options = {"volume": volume_of(kind), "layout": "3d", "bar_title": "signal"}
    if not refused:
        assert cc.Scene(**options).bar_title == "signal"
        return
    with pytest.raises(OptionError, match=r"bar_title.*no colour bar or legend stands"):
        cc.Scene(**options)
