"""Places of a tree's cells: the scale against scipy's linear programs, and panels that keep their rooms."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from corticast.core.geometry.cells import SliceCell
from corticast.core.geometry.tree_spots import TreeRoom, measured
from corticast.core.model.trees import Above, Beside, leaves

EXTENTS_MM = {"sagittal": (200.0, 180.0), "coronal": (150.0, 180.0), "axial": (150.0, 200.0)}
BESIDE, ABOVE, BELOW, GAP = 30.0, 50.0, 40.0, 12.0

cells = st.sampled_from([SliceCell(name) for name in EXTENTS_MM])


def splits(children):
    def with_shares(kind_and_parts):
        kind, parts = kind_and_parts
        shares = st.lists(st.floats(0.5, 4), min_size=len(parts), max_size=len(parts)).map(tuple)
        return st.one_of(st.just(()), shares).map(lambda found: kind(tuple(parts), found))

    kinds = st.sampled_from([Beside, Above])
    return st.tuples(kinds, st.lists(children, min_size=2, max_size=3)).flatmap(with_shares)


# Two rows, each with a wide panel in another column.
TABLE = Above(
    (
        Beside((SliceCell("sagittal"), SliceCell("axial"))),
        Beside((SliceCell("coronal"), SliceCell("sagittal"))),
    )
)
trees = st.recursive(cells, splits, max_leaves=7)


def room_of(tree, **more):
    return TreeRoom(measured(tree, lambda cell: EXTENTS_MM[cell.name]), BESIDE, ABOVE, BELOW, GAP, **more)


def is_table(tree):
    if isinstance(tree, SliceCell) or tree.shares:
        return False
    other = Above if isinstance(tree, Beside) else Beside
    return all(isinstance(part, other) and not part.shares for part in tree.parts) and (
        len({len(part.parts) for part in tree.parts}) == 1
    )


def largest_scale(tree, width, height):
    """The scale by a linear program: a variable for the scale, and two for the width and the height of each node."""
    n_variables, rows, limits = 1, [], []

    def variables():
        nonlocal n_variables
        n_variables += 2
        return n_variables - 2, n_variables - 1

    def at_most(terms, limit):
        rows.append(terms)
        limits.append(limit)

    def constrain(node, box):
        if isinstance(node, SliceCell):
            at_most({0: EXTENTS_MM[node.name][0], box[0]: -1}, -BESIDE)
            at_most({0: EXTENTS_MM[node.name][1], box[1]: -1}, -ABOVE - BELOW)
            return []
        axis = 0 if isinstance(node, Beside) else 1
        boxes = [variables() for _ in node.parts]
        gaps = (len(boxes) - 1) * GAP
        at_most({**{each[axis]: 1 for each in boxes}, box[axis]: -1}, -gaps)
        for each in boxes:
            at_most({each[1 - axis]: 1, box[1 - axis]: -1}, 0)
        for each, share in zip(boxes, node.shares or (), strict=False):
            part = share / sum(node.shares)
            at_most({each[axis]: 1, box[axis]: -part}, -part * gaps)
        inner = [constrain(part, each) for part, each in zip(node.parts, boxes, strict=True)]
        if is_table(node):
            # Cells of a column share its width.
            columns = [variables()[1 - axis] for _ in inner[0]]
            for line in inner:
                for each, column in zip(line, columns, strict=True):
                    at_most({each[1 - axis]: 1, column: -1}, 0)
            at_most({**dict.fromkeys(columns, 1), box[1 - axis]: -1}, -(len(columns) - 1) * GAP)
        return boxes

    root = variables()
    constrain(tree, root)
    matrix = np.zeros((len(rows), n_variables))
    for row, terms in zip(matrix, rows, strict=True):
        row[list(terms)] = list(terms.values())
    bounds = [(0, None)] * n_variables
    bounds[root[0]], bounds[root[1]] = (width, width), (height, height)
    found = linprog([-1] + [0] * (n_variables - 1), matrix, limits, bounds=bounds)
    return found.x[0] if found.success else None


@settings(max_examples=80)
@given(trees, st.integers(300, 4000), st.integers(300, 4000))
@example(TABLE, 900, 3000)
def test_the_scale_is_the_largest_at_which_all_panels_fit(tree, width, height):
    scale = room_of(tree).scale((width, height))
    largest = largest_scale(tree, width, height)
    if largest is None:
        assert scale < 1e-9
    else:
        assert scale == pytest.approx(largest, rel=1e-6, abs=1e-9)


@settings(max_examples=80)
@given(trees, st.integers(1500, 4000), st.integers(1500, 4000))
def test_panels_stand_in_the_area_without_overlap(tree, width, height):
    needs = room_of(tree, spare_gap_px=50.0)
    scale = needs.scale((width, height))
    if scale <= 0:
        return
    spots = list(needs.spots((100.0, 200.0, float(width), float(height)), scale))
    assert [cell for cell, _ in spots] == list(leaves(tree))
    rooms = []
    for cell, spot in spots:
        extent = np.array(EXTENTS_MM[cell.name]) * scale
        (x, y), (half_x, half_y) = spot.centre, extent / 2
        rooms.append((x - half_x - BESIDE / 2, y - half_y - ABOVE, x + half_x + BESIDE / 2, y + half_y + BELOW))
    lows, highs = np.array(rooms)[:, :2], np.array(rooms)[:, 2:]
    assert (lows >= np.array([100, 200]) - 1e-6).all()
    assert (highs <= np.array([100 + width, 200 + height]) + 1e-6).all()
    for one in range(len(rooms)):
        for other in range(one):
            # Along one of the axes two panels are a gap apart.
            between = np.maximum(lows[one] - highs[other], lows[other] - highs[one])
            assert between.max() >= GAP - 1e-6


def test_a_share_is_a_share_of_the_room():
    left, right = SliceCell("sagittal"), SliceCell("axial")
    (_, wide), (_, narrow) = room_of(Beside((left, right), (2.0, 1.0))).spots((0, 0, 1512, 800), 0.1)
    assert wide.cell[2] == pytest.approx(2 * narrow.cell[2])
    assert narrow.cell[0] == pytest.approx(wide.cell[2] + GAP)
    # Without shares each has the room that it needs, in the middle.
    (_, wide), (_, narrow) = room_of(Beside((left, right))).spots((0, 0, 1512, 800), 0.1)
    assert wide.cell[2] - narrow.cell[2] == pytest.approx(0.1 * 50)
    assert wide.cell[0] == pytest.approx(1512 - narrow.cell[0] - narrow.cell[2])


def test_cells_of_a_table_stand_in_columns():
    rows = Above(
        (
            Beside((SliceCell("sagittal"), SliceCell("coronal"))),
            Beside((SliceCell("axial"), SliceCell("axial"))),
        )
    )
    x = [spot.centre[0] for _, spot in room_of(rows).spots((0, 0, 900, 900), 1.0)]
    assert x[0] == x[2]
    assert x[1] == x[3]
    assert x[1] - x[0] == pytest.approx((200 + 150) / 2 + BESIDE + GAP)


def test_texts_alone_set_no_scale():
    assert TreeRoom(measured(None, lambda _: (0.0, 0.0))).scale((10, 10)) == math.inf
