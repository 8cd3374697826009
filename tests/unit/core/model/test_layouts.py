"""The table of layouts, against laid out panels, and against texts that list layouts."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

import corticast as cc
from corticast.app.live import settings
from corticast.core.geometry.camera import NAMED_VIEWS
from corticast.core.geometry.panels import PLANES, SlicePanel
from corticast.core.geometry.placement import place
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.geometry.sheet_grid import SheetPlane
from corticast.core.model.layout_words import SLICE_PLANES, WORDS
from corticast.core.model.layouts import LAYOUTS, OUTSIDE_LAYOUTS, SLICE_LAYOUTS, VIEWS, LayoutName
from corticast.core.model.options import table_of
from corticast.core.model.scene import PictureOptions, changed
from corticast.core.model.scouts import scouts_in
from corticast.errors import OptionError

# On both sides, so that lateral shows both.
CONTACTS = cc.Electrodes(("A", "B", "C"), np.array([[-30.0, 10, 20], [28, -40, 35], [30, 0, 0]]))

# Cells of each layout, rows from the top.
ROWS = {
    "ortho": (("sagittal",), ("axial",), ("coronal",)),
    "grid": (("sagittal", "coronal"), ("axial", "3d")),
    "lateral": (("left lateral", "right lateral"),),
    "talk": (("left lateral", "right lateral", "sagittal"), ("coronal", "axial")),
    "mosaic": (("axial",) * 4, ("axial",) * 4, (*("axial",) * 3, "sagittal")),
    **{
        name: ((name,),)
        for name in ("sagittal", "coronal", "axial", "3d", "superior", "inferior", "anterior", "posterior")
    },
}

README = Path(__file__).parents[4] / "README.md"


def laid_out(name):
    scene = cc.Scene(electrodes=CONTACTS, layout=name)
    return layout_of(scene, place(CONTACTS), (1600, 1200))


def rows_of(panels):
    """Names of panels as they stand, rows from the top, each from the left."""
    rows = {}
    for panel in panels:
        x, y, width, height = panel.rect
        # Cells of a row share their middle.
        row = next((middle for middle in rows if abs(middle - (y + height / 2)) < 2), y + height / 2)
        rows.setdefault(row, []).append((x + width / 2, panel.name))
    return tuple(tuple(name for _, name in sorted(rows[middle])) for middle in sorted(rows))


def test_type_checkers_know_every_layout():
    assert get_args(LayoutName) == tuple(LAYOUTS)


def test_every_word_is_a_slice_a_view_or_several():
    assert set(SLICE_PLANES) == set(PLANES) == set(get_args(SheetPlane))
    assert {*SLICE_PLANES, *VIEWS, "shaft", "mosaic", "image"} == set(WORDS)
    assert {name.removesuffix(" lateral") for name in NAMED_VIEWS} | {"3d", "lateral"} == set(VIEWS)
    assert {"ortho", "grid", "sagittal", "coronal", "axial"} <= set(SLICE_LAYOUTS)
    assert {"lateral", "3d", "superior", "inferior", "anterior", "posterior"} <= set(OUTSIDE_LAYOUTS)
    assert sorted(LAYOUTS) == sorted(SLICE_LAYOUTS + OUTSIDE_LAYOUTS)


@pytest.mark.parametrize("name", LAYOUTS)
def test_panels_stand_as_they_should(name):
    assert rows_of(laid_out(name).panels) == ROWS[name]


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize(
    ("option", "counts"),
    [
        ({"convention": "radiological"}, lambda panel: panel.name in ("axial", "coronal")),
        ({"sagittal_nose": "left"}, lambda panel: panel.name == "sagittal"),
        ({"plane_mm": (1, 2, 3)}, lambda panel: isinstance(panel, SlicePanel) and panel.plane_mm is None),
        ({"spin": 20}, lambda panel: not isinstance(panel, SlicePanel)),
        ({"view": (10, 20)}, lambda panel: panel.name == "3d"),
        ({"side": "left"}, lambda panel: panel.name.endswith("lateral")),
    ],
)
def test_options_count_where_a_panel_shows_them(name, option, counts):
    if any(counts(panel) for panel in laid_out(name).panels):
        cc.Scene(electrodes=CONTACTS, layout=name, **option)
    else:
        with pytest.raises(OptionError, match=f"does nothing in the layout {name}"):
            cc.Scene(electrodes=CONTACTS, layout=name, **option)


def test_the_help_lists_every_layout():
    *others, last = LAYOUTS
    assert table_of(PictureOptions)["layout"].help.endswith(f": {', '.join(others)} or {last}.")


def test_the_readme_lists_the_keys_of_a_show():
    row = f"| 1 to {len(settings.LAYOUTS)} | {', '.join(settings.LAYOUTS)} |"
    assert row in README.read_text(encoding="utf-8").splitlines()


BOX = cc.Volume(np.zeros((20, 24, 18), np.uint8), np.diag([2.0, 2, 2, 1]))


@pytest.mark.parametrize(
    ("layout", "option", "wording"),
    [
        (
            "axial@12 | 3d",
            {"plane_mm": (1, 2, 3)},
            "does nothing in the layout axial@12 | 3d; leave it out, or give layout",
        ),
        ("mosaic", {"plane_mm": (1, 2, 3)}, "does nothing in the layout mosaic"),
        ("axial@12 | coronal", {"sagittal_nose": "left"}, "does nothing in the layout axial@12 | coronal"),
        (
            "left | right",
            {"side": "both"},
            "does nothing in the layout left | right; leave it out, or give layout lateral",
        ),
        ("3d@150,20 / axial", {"view": (1, 2)}, "does nothing in the layout 3d@150,20 / axial"),
        ("axial@1,2", {"spin": 9}, "does nothing in the layout axial@1,2"),
        ("image", {}, "layout image: does nothing without a picture; leave it out, or give image"),
        ("image | axial", {}, "layout 'image | axial': does nothing without a picture"),
    ],
)
def test_options_do_nothing_where_no_panel_of_an_expression_shows_them(layout, option, wording):
    with pytest.raises(OptionError, match=wording.replace("|", r"\|")):
        cc.Scene(volume=BOX, layout=layout, **option)


@pytest.mark.parametrize(
    ("layout", "option"),
    [
        ("axial@12 | axial", {"plane_mm": (1, 2, 3)}),
        ("mosaic@coronal", {"convention": "radiological"}),
        ("mosaic@sagittal,3 / left", {"sagittal_nose": "left", "spin": 9}),
        ("axial | lateral", {"side": "left"}),
        # The expression names the view, so the view stands there without contacts too.
        ("axial | 3d", {"view": (1, 2), "render": "mip"}),
    ],
)
def test_options_count_where_a_panel_of_an_expression_shows_them(layout, option):
    assert cc.Scene(volume=BOX, layout=layout, **option).layout == layout


def test_a_picture_stands_alone():
    picture = cc.Picture(np.zeros((6, 8, 3), np.uint8))
    assert cc.Scene(image=picture, layout="image").layout == "image"
    with pytest.raises(OptionError, match="does nothing on a picture"):
        cc.Scene(image=picture, layout="image | axial")


@pytest.mark.parametrize(
    ("layout", "sweeps"),
    [("axial | 3d", "content"), ("axial@3 | 3d", "none"), ("mosaic", "none"), ("axial@3 | coronal", "content")],
)
def test_only_the_films_planes_sweep(layout, sweeps):
    assert cc.Scene(volume=BOX, layout=layout).sweeps == sweeps


def test_a_mosaic_spreads_over_the_head_and_ends_with_empty_cells():
    voxels = np.zeros((40, 40, 60), np.uint8)
    voxels[8:32, 8:32, 8:56] = 100
    volume = cc.Volume(voxels, np.eye(4))
    panels = layout_of(cc.Scene(volume=volume, layout="mosaic@5", labels="none"), None, (300, 200)).panels
    assert rows_of(panels) == (("axial",) * 3, ("axial",) * 2)
    planes_mm = [panel.plane_mm for panel in sorted(panels, key=lambda panel: (panel.rect[1], panel.rect[0]))]
    # Middles of five parts of the head, which reaches from 7.5 to 55.5 mm; bricks know each end to 4 mm.
    assert np.abs(np.array(planes_mm) - (7.5 + 48 * (np.arange(5) + 0.5) / 5)).max() <= 4
    assert abs(np.mean(planes_mm) - 31.5) <= 0.5
    assert np.ptp(np.diff(planes_mm)) <= 1
    assert all(plane_mm == round(plane_mm) for plane_mm in planes_mm)


def test_talk_and_both_sides_suit_the_frame():
    def n_rows(layout, size):
        scene = cc.Scene(volume=BOX, electrodes=CONTACTS, layout=layout, electrodes_space="world")
        return len(rows_of(layout_of(scene, place(CONTACTS), size).panels))

    assert n_rows("lateral", (3000, 600)) == 1
    assert n_rows("lateral", (1080, 1920)) == 2
    assert n_rows("talk", (3000, 600)) == 1
    assert n_rows("talk", (600, 3000)) >= 4


@pytest.mark.parametrize(
    ("layout", "scout"),
    [
        ("mosaic", "sagittal"),
        ("mosaic@coronal,5", "sagittal"),
        ("mosaic@sagittal", "coronal"),
        ("mosaic | superior", "sagittal"),
        ("mosaic | 3d@20,10", "sagittal"),
        ("mosaic | axial@3", "sagittal"),
        # Another panel shows the lines.
        ("mosaic | left", None),
        ("mosaic | coronal@3", None),
        ("mosaic@coronal / superior", None),
        ("mosaic | ortho", None),
        ("mosaic / mosaic@coronal", None),
        ("axial@1,2", None),
    ],
)
def test_a_mosaic_has_a_scout_where_no_other_panel_shows_its_lines(layout, scout):
    volume = cc.Volume(np.ones((20, 24, 22), np.uint8), np.diag([8.0, 8, 8, 1]))
    labels = ("letters", "cuts")
    assert scouts_in(layout, labels) == (() if scout is None else (scout,))
    assert scouts_in(layout, ("letters",)) == ()
    # Without crossing slices the command line refuses cuts.
    scene = changed(cc.Scene(volume=volume, layout=layout), labels=labels)
    panels = layout_of(scene, None, (1600, 1200)).panels
    found = [panel for panel in panels if isinstance(panel, SlicePanel) and panel.is_scout]
    assert [panel.name for panel in found] == ([scout] if scout else [])
    for panel in found:
        # Through the middle of the box, at a voxel centre, and at the lower right.
        middle = (volume.shape[panel.fixed_axis] - 1) / 2 * 8
        assert abs(panel.plane_mm - middle) <= 4
        of_mosaic = [each.rect for each in panels if isinstance(each, SlicePanel)]
        assert panel.rect[1] + panel.rect[3] > max(rect[1] for rect in of_mosaic)
    plain = layout_of(cc.Scene(volume=volume, layout=layout, labels=("letters",)), None, (1600, 1200)).panels
    # Where no number is given, the scout is one of the twelve.
    assert len(panels) == len(plain) + (layout == "mosaic@coronal,5")


def test_the_nose_of_a_scout_counts():
    volume = cc.Volume(np.ones((4, 4, 4), np.uint8), np.eye(4))
    cc.Scene(volume=volume, layout="mosaic", sagittal_nose="left")
    with pytest.raises(OptionError, match="sagittal_nose left: does nothing in the layout mosaic"):
        cc.Scene(volume=volume, layout="mosaic", sagittal_nose="left", labels="mm")
