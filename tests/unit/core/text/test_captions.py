"""Texts of a frame: their words, which of them rest, and where they stand."""

from dataclasses import replace

import numpy as np
import pytest

from corticast.core.geometry.panels import Motion
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, FrameState, PlacedElectrodes, Volume
from corticast.core.text.captions import ActivityScale, Captions

SIZE = (960, 540)
STATE = FrameState((2.0, 4.0, 6.0), clock="0:01.0", window=(10.0, 250.0))
TABLE = Electrodes(("A1",), np.array([[1.0, 2.0, 3.0]]))


def captions_of(motion=None, scale=None, sided=True, **options):
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    affine[:3, 3] = -20, -22, -24
    volume = Volume(np.zeros((21, 23, 25), np.uint8), affine, sided=sided)
    scene = Scene(volume=volume, title="A title", **options)
    placed = PlacedElectrodes(TABLE, TABLE.pos) if scale is not None else None
    return Captions(scene, layout_of(scene, placed, SIZE), motion or Motion(), scale)


def words(texts):
    return [text.text for text in texts]


def test_a_scene_at_rest_has_a_clock_alone_that_moves():
    captions = captions_of()
    assert words(captions.moving(STATE)) == ["0:01.0"]
    resting = words(captions.resting(STATE))
    assert resting[0] == "A title"
    assert {"Sagittal", "Coronal", "Axial", "x = 2 mm", "slice 11", "z = 6 mm", "slice 15"} <= set(resting)
    assert resting[-3:] == ["250", "10", "intensity"]


@pytest.mark.parametrize("layout", ["3d", "lateral", "axial", "ortho"])
def test_a_long_clock_is_as_large_as_a_short_one_where_there_is_room(layout):
    captions = captions_of(layout=layout)
    (short,), (long,) = (
        [text for text in captions.moving(replace(STATE, clock=clock)) if text.text == clock]
        for clock in ("0:01.0", "flash limit ×0.14   0:01.0")
    )
    assert long.slot.size_px == short.slot.size_px


@pytest.mark.parametrize("planes", ["sweep", "drag"])
def test_captions_of_planes_that_move_are_not_among_those_that_rest(planes):
    captions = captions_of(Motion(planes))
    moving, resting = words(captions.moving(STATE)), words(captions.resting(STATE))
    assert moving[:6] == ["x = 2 mm", "slice 11", "y = 4 mm", "slice 13", "z = 6 mm", "slice 15"]
    assert not any("mm" in text for text in resting)
    # A grey window that may be dragged is no part of the still layer either.
    assert ("intensity" in moving) == (planes == "drag")
    assert ("intensity" in resting) == (planes == "sweep")


@pytest.mark.parametrize("motion", [Motion(), Motion("sweep"), Motion("drag"), Motion(turn=True)])
def test_texts_that_rest_change_only_with_what_they_depend_on(motion):
    captions = captions_of(motion, layout="grid", electrodes=TABLE, scale=ActivityScale())
    others = [
        replace(STATE, planes_mm=(2.0, 4.0, 8.0)), replace(STATE, turn_deg=40.0), replace(STATE, window=(0.0, 9.0)),
        replace(STATE, clock="0:02.0"),
    ]  # fmt: skip
    for other in others:
        if captions.shown(other) == captions.shown(STATE):
            assert captions.resting(other) == captions.resting(STATE)
    assert captions.shown(others[3]) == captions.shown(STATE)


def test_a_bar_of_contacts_names_their_quantity():
    scale = ActivityScale("high gamma", 6.0, signed=True, unit="dB")
    resting = words(captions_of(scale=scale, electrodes=TABLE).resting(STATE))
    assert " ".join(resting).endswith("6 −6 0 high gamma (dB)")


def test_a_caption_is_one_line_where_it_has_room():
    resting = words(captions_of(layout="coronal").resting(STATE))
    assert "y = 4 mm  ·  slice 13" in resting


def test_slices_of_one_plane_have_their_name_once_at_the_first_one():
    captions = captions_of(layout="axial@-4,0,8")
    resting = words(captions.resting(STATE))
    assert resting.count("Axial") == 1
    assert [slot is not None for slot in captions.layout.names] == [True, False, False]
    assert {"z = −4 mm", "z = 0 mm", "z = 8 mm"} <= {text.split("  ·  ")[0] for text in resting}


def test_letters_of_a_volume_without_sides_are_doubtful():
    resting = words(captions_of(sided=False, layout="axial").resting(STATE))
    assert {"L?", "R?", "A", "P"} <= set(resting)
