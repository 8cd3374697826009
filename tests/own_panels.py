"""Whether the texts of panels stand by the pictures of their panels."""

from dataclasses import replace

import numpy as np

from corticast.core.model.types import FrameState
from corticast.core.text.captions import ActivityScale, Captions
from tests.unit.core.text.test_all_texts import box

# Captions on the common line of a row stand so far below their own picture at most, in sizes of the text.
MOST_LEVELLED = 3.9


def boxes_of(layout):
    """Left, top, right and bottom of what each panel shows."""
    return [(x, y, x + width, y + height) for x, y, width, height in layout.boxes]


def texts_of(scene, layout, number, motion):
    """Letters and captions of one panel: the others are taken out of the layout."""
    kept = {each: (getattr(layout, each)[number],) for each in ("panels", "captions", "letters", "boxes")}
    alone = replace(
        layout, **kept, names=(None,), cubes=(), title=None, clock=None, colorbar=None, bar_room=None, foot=None,
        size_key=None, scale_bar=None,
    )  # fmt: skip
    captions = Captions(scene, alone, motion, ActivityScale() if scene.drive is not None else None)
    state = FrameState((-42.5, -104.5, -16.5), window=(0.0, 1.0))
    return [*captions.resting(state), *captions.moving(state)]


def apart(one, other):
    """Pixels between two boxes, across and down."""
    return tuple(max(one[k] - other[k + 2], other[k] - one[k + 2], 0.0) for k in (0, 1))


def strays(texts, pictures, number):
    """Texts of a panel that are not nearer to its picture than to another one."""
    for text in texts:
        its = box(text)
        own = apart(its, pictures[number])
        others = [(np.hypot(*apart(its, picture)), picture) for each, picture in enumerate(pictures) if each != number]
        nearest = min(others, key=lambda pair: pair[0], default=(np.inf, None))[0]
        if np.hypot(*own) < nearest:
            continue
        # Exception: captions of a row that share a line stand in the column of their own picture.
        levelled = len(text.text) > 2 and own[0] == 0 and own[1] <= MOST_LEVELLED * text.slot.size_px
        beside = [picture for _, picture in others if apart(its, picture)[1] <= own[1]]
        if not (levelled and all(apart(its, picture)[0] > 0 for picture in beside)):
            yield text.text, own, nearest


def assert_texts_stand_by_their_pictures(scene, layout, motion):
    """Letters and captions are nearest to their own picture, and letters at the sides of a row of panels are level."""
    pictures, rows = boxes_of(layout), {}
    for number, panel in enumerate(layout.panels):
        assert list(strays(texts_of(scene, layout, number, motion), pictures, number)) == [], panel.title
        _, top, _, bottom = pictures[number]
        # Letters that no common step frees of contacts step aside alone.
        for slot in (layout.letters[number] or ())[:2] if not layout.on_contacts else ():
            if slot is not None:
                rows.setdefault(round((top + bottom) / 2), set()).add(round(slot.y))
    assert all(len(levels) == 1 for levels in rows.values()), rows
