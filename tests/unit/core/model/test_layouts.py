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
from corticast.core.model.layouts import LAYOUTS, OUTSIDE_LAYOUTS, SLICE_LAYOUTS, SLICE_PLANES, VIEWS, LayoutName
from corticast.core.model.options import table_of
from corticast.core.model.scene import PictureOptions
from corticast.errors import OptionError

# On both sides, so that lateral shows both.
CONTACTS = cc.Electrodes(("A", "B", "C"), np.array([[-30.0, 10, 20], [28, -40, 35], [30, 0, 0]]))

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


def test_every_cell_is_a_slice_or_a_view():
    assert set(SLICE_PLANES) == set(PLANES) == set(get_args(SheetPlane))
    assert set(VIEWS) <= {*NAMED_VIEWS, "3d"}
    assert all(len({len(row) for row in rows}) == 1 for rows in LAYOUTS.values())
    assert {"ortho", "grid", "sagittal", "coronal", "axial"} <= set(SLICE_LAYOUTS)
    assert {"lateral", "3d", "superior", "inferior", "anterior", "posterior"} <= set(OUTSIDE_LAYOUTS)
    assert sorted(LAYOUTS) == sorted(SLICE_LAYOUTS + OUTSIDE_LAYOUTS)


@pytest.mark.parametrize("name", LAYOUTS)
def test_panels_stand_as_the_table_says(name):
    assert rows_of(laid_out(name).panels) == LAYOUTS[name]


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize(
    ("option", "counts"),
    [
        ({"convention": "radiological"}, lambda panel: panel.name in ("axial", "coronal")),
        ({"sagittal_nose": "left"}, lambda panel: panel.name == "sagittal"),
        ({"plane_mm": (1, 2, 3)}, lambda panel: isinstance(panel, SlicePanel)),
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
