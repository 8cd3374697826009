"""A layout with a panel of a kind that no part of Corticast knows."""

from dataclasses import dataclass, replace

import numpy as np

from corticast.core.geometry.panels import Panel


@dataclass(frozen=True, eq=False)
class EmptyPanel(Panel):
    """A panel of a kind that the passes do not know: no contact stands on it, though it could place points."""

    def in_plane(self, pos):
        return np.asarray(pos, dtype=np.float64)[:, :2]


def with_empty_panel(layout):
    """A layout whose first panel is empty, on the left half of the frame."""
    width, height = layout.size
    affine = np.array([[1.0, 0.0, width / 4], [0.0, 1.0, height / 2]])
    empty = EmptyPanel("empty", (0, 0, width // 2, height), affine, ("", "", "", ""))
    labels = {name: (None, *getattr(layout, name)) for name in ("names", "captions", "letters", "boxes")}
    return replace(layout, panels=(empty, *layout.panels), **labels)
