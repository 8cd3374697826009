"""Panels of each kind: places of points, movement, and captions."""

import subprocess
import sys

import numpy as np
import pytest

import corticast as cc
from corticast.core.geometry.arrange import arrange
from corticast.core.geometry.camera import Camera
from corticast.core.geometry.cells import SliceCell, ViewCell
from corticast.core.geometry.fit import fit_of
from corticast.core.geometry.panels import Motion, PicturePanel, SlicePanel, ViewPanel
from corticast.core.geometry.picture_layout import picture_layout
from corticast.core.geometry.scene_cells import cell_trees
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.scene import Scene
from corticast.core.model.trees import beside
from corticast.core.model.types import FrameState, Volume

VOLUME = Volume(np.zeros((2, 2, 2), np.uint8), np.eye(4))
BOX = np.array([[-60.0, -80.0, -40.0], [60.0, 80.0, 40.0]])
VIEW = ViewCell("3d", Camera(150.0, 20.0, np.zeros(3)), (150.0, 120.0))


def trees_of(name):
    """Cells of a layout without electrodes."""
    scene = Scene(volume=VOLUME, layout=name)
    return cell_trees(scene, None, fit_of(scene, None))


def panels_of(*cells, size=(900, 300)):
    return arrange([beside(list(cells))], BOX, size, labels={"mm", "slice", "letters"}).panels


def test_each_kind_is_a_class_and_all_are_panels():
    kinds = [type(panel) for panel in panels_of(SliceCell("axial"), VIEW)]
    kinds.append(type(picture_layout((30, 20), (-0.5, -0.5), (90, 60)).panels[0]))
    assert kinds == [SlicePanel, ViewPanel, PicturePanel]
    assert all(issubclass(kind, cc.Panel) for kind in kinds)


def test_three_slices_of_one_axis_stand_side_by_side_each_with_its_plane():
    left, middle, right = panels_of(SliceCell("axial", -20.0), SliceCell("axial"), SliceCell("axial", 20.0))
    assert left.rect[0] + left.rect[2] <= middle.rect[0]
    assert middle.rect[0] + middle.rect[2] <= right.rect[0]
    planes_mm = (1.0, 2.0, 3.0)
    assert [panel.plane_at(planes_mm) for panel in (left, middle, right)] == [-20.0, 3.0, 20.0]
    # One point of the world, in each panel at the same place of its rectangle.
    places = [panel.pixel_of([[10.0, -30.0, 5.0]])[0] - panel.rect[:2] for panel in (left, middle, right)]
    assert np.ptp(places, axis=0).max() < 1


@pytest.mark.parametrize(
    ("motion", "moves", "captions", "letters"),
    [
        (Motion(), (0, 0, 0), (0, 0, 0), (0, 0, 0)),
        (Motion("sweep"), (0, 1, 0), (0, 1, 0), (0, 0, 0)),
        (Motion("drag"), (0, 0, 0), (0, 1, 0), (0, 0, 0)),
        (Motion(turn=True), (0, 0, 1), (0, 0, 1), (0, 0, 1)),
    ],
)
def test_what_moves_of_a_plane_of_its_own_the_films_plane_and_a_view(motion, moves, captions, letters):
    panels = panels_of(SliceCell("axial", -20.0), SliceCell("axial"), VIEW)
    assert tuple(panel.moves(motion) for panel in panels) == moves
    assert tuple(panel.caption_moves(motion) for panel in panels) == captions
    assert tuple(panel.letters_move(motion) for panel in panels) == letters


def test_a_view_of_a_side_that_turns_is_named_by_its_beginning():
    scenes = {spin: Scene(volume=VOLUME, layout="left | superior", spin=spin) for spin in (0, 30)}
    names = {spin: [panel.title for panel in layout_of(scenes[spin], None, (640, 360)).panels] for spin in scenes}
    assert names[0] == ["Left lateral", "Superior"]
    assert names[30] == ["Turning from left lateral", "Turning from superior"]


def test_a_view_turns_with_the_state():
    (view,) = panels_of(VIEW)
    turned = view.at(FrameState(turn_deg=90.0))
    assert turned.camera.azimuth_deg == 240.0
    assert turned.letters == Camera(240.0, 20.0, np.zeros(3)).letters


def test_captions_name_the_plane_and_the_slice_of_their_own_panel():
    volume = Volume(
        np.zeros((121, 161, 81), np.uint8), np.array([[1.0, 0, 0, -60], [0, 1, 0, -80], [0, 0, 1, -40], [0, 0, 0, 1]])
    )
    own, film, view = panels_of(SliceCell("axial", -20.0), SliceCell("coronal"), VIEW)
    state = FrameState((0.0, 5.0, 7.0), turn_deg=10.0)
    labels = frozenset({"mm", "slice"})
    assert own.caption(state, volume, labels) == ["z = −20 mm", "slice 20"]
    assert film.caption(state, volume, labels) == ["y = 5 mm", "slice 85"]
    assert film.caption(state, None, labels) == ["y = 5 mm"]
    assert view.caption(state, volume, labels) == ["azimuth 160°", "elevation 20°"]
    assert own.caption(state, volume, frozenset()) == []


@pytest.mark.parametrize("layout", ["ortho", "grid", "axial", "coronal", "sagittal"])
def test_layouts_by_name_have_no_planes_of_their_own(layout):
    assert all(panel.plane_mm is None for panel in arrange(trees_of(layout), BOX, (800, 600)).slices)


_FRESH = """
import sys
import numpy as np
import corticast as cc
import corticast.film.film
volume = cc.Volume(np.zeros((20, 20, 20), np.uint8), np.eye(4))
electrodes = cc.Electrodes(("A1",), np.array([[5.0, 6.0, 7.0]]))
for layout in ("ortho", "grid", "lateral"):
    panels = cc.panels(cc.Scene(volume=volume, electrodes=electrodes, layout=layout), size=(640, 360))
    assert all(panel.name and len(panel.rect) == 4 and panel.affine.shape == (2, 3) for panel in panels)
print(*sorted(name for name in sys.modules if name.split(".")[0] in ("vispy", "OpenGL") or ".gl" in name))
"""


def test_films_and_panels_load_no_opengl():
    """In an interpreter of its own: vispy, PyOpenGL and corticast.gl are not among its modules afterwards."""
    ended = subprocess.run([sys.executable, "-c", _FRESH], capture_output=True, text=True, check=False, timeout=120)
    assert ended.stderr == ""
    assert ended.stdout.strip() == ""
