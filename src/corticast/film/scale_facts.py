"""The scale of a film's activity, for its summary and its sidecar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corticast.core.model.types import Activity
from corticast.core.text.numbers import number, percent


def scale_facts(activity: Activity | None, cmap: str = "", beyond: tuple[int, int] | None = None) -> dict[str, Any]:
    """Full scale, colour map, and how many values lie beyond, as JSON holds them.

    Parameters
    ----------
    cmap : name of the map of the activity; "" leaves it out
    beyond : values beyond full scale that a film shows, and all its values; None takes those of the whole activity

    Returns
    -------
    "FullScale" with "Quantity", "Unit", "Value" and "Signed", "ColourMap", and "Clipped" with "Values" of "Of" values
    of good contacts; empty without activity
    """
    if activity is None:
        return {}
    n_beyond, n = beyond or (activity.n_clipped, activity.n_values)
    return {
        "FullScale": {
            "Quantity": activity.quantity,
            "Unit": activity.unit,
            "Value": activity.full_scale,
            "Signed": activity.signed,
        },
        **({"ColourMap": cmap} if cmap else {}),
        "Clipped": {"Values": n_beyond, "Of": n},
    }


def scale_line(facts: Mapping[str, Any]) -> str | None:
    """A line for a summary, by `scale_facts`; None without activity."""
    if "FullScale" not in facts:
        return None
    full, clipped = facts["FullScale"], facts["Clipped"]
    unit = f" {full['Unit']}" if full["Unit"] else ""
    value = f"{'±' if full['Signed'] else ''}{number(full['Value'])}{unit}"
    n_beyond, n = clipped["Values"], clipped["Of"]
    if not n_beyond:
        return f"{full['Quantity']}: full scale {value}, no value lies beyond"
    return (
        f"{full['Quantity']}: full scale {value}, {percent(n_beyond / n)} of the values lie beyond and are drawn there"
    )
