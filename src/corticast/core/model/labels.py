"""Labels of pictures: which exist, and which are drawn where `labels` is not given. It loads no NumPy."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from corticast.core.model.layouts import expression
from corticast.core.model.options import Facts
from corticast.core.model.trees import leaves

# Labels, and whether each is drawn in every layout where `labels` is not given.
LABELS = {
    "letters": True,
    "cube": True,
    "title": True,
    "slice": True,
    "mm": True,
    "colorbar": True,
    "clock": True,
    "scale": False,
    "cuts": False,
}

# Layouts whose slices are found by the lines in their other panels.
_CUT_LAYOUTS = ("talk", "mosaic")


def default_labels(labels: Mapping[str, bool]) -> frozenset[str]:
    """Labels that are drawn by default."""
    return frozenset(name for name, is_default in labels.items() if is_default)


def default_labels_text(labels: Mapping[str, bool]) -> str:
    """What help says of the labels that are drawn by default."""
    return "all" if all(labels.values()) else ", ".join(name for name in labels if labels[name])


def usual_labels(layout: str) -> frozenset[str]:
    """Labels that are drawn by default in a layout, a name or an expression."""
    has_lines = any(word.name in _CUT_LAYOUTS for word in leaves(expression(layout)))
    return default_labels(LABELS) | {"cuts"} if has_lines else default_labels(LABELS)


def labels_of(facts: Facts) -> Collection[str]:
    """Labels of a scene: those that it names, else those of its layout."""
    return drawn_labels(facts["labels"], facts["layout"])


def drawn_labels(labels: Collection[str] | None, layout: str | None) -> Collection[str]:
    """Labels that are drawn: those that are given, else those of a layout.

    Parameters
    ----------
    labels : that somebody names, None without any choice
    layout : a name or an expression; None where it is not known
    """
    if labels is not None:
        return labels
    return usual_labels(layout) if layout is not None else default_labels(LABELS)
