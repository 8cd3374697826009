"""How many contacts each of several subjects has, in words: for the summary and the sidecar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from corticast.core.model.types import PlacedElectrodes


def subject_facts(placed: PlacedElectrodes | None) -> dict[str, Any]:
    """What each subject has, as JSON holds it.

    Parameters
    ----------
    placed : the contacts; pairs of contacts count as contacts

    Returns
    -------
    "Subjects" with each subject's "Contacts" of the table, "WithPosition" and "Drawn"; empty for one subject
    """
    if placed is None or not placed.table.subjects:
        return {}
    subjects = np.array(placed.table.subjects)
    counts = [Counter(subjects[rows].tolist()) for rows in (slice(None), placed.table.has_position, placed.drawn)]
    names = dict.fromkeys(placed.table.subjects)
    return {
        "Subjects": {
            name: dict(zip(("Contacts", "WithPosition", "Drawn"), (each[name] for each in counts), strict=True))
            for name in names
        }
    }


def subject_lines(facts: Mapping[str, Any]) -> list[str]:
    """A line for a summary, by `subject_facts`; none for one subject."""
    subjects = facts.get("Subjects", {})
    if not subjects:
        return []
    parts = [f"{name} {_count(each)}" for name, each in subjects.items()]
    return [f"{len(subjects)} subjects: {', '.join(parts)}"]


def _count(facts: Mapping[str, int]) -> str:
    drawn, total = facts["Drawn"], facts["Contacts"]
    text = f"{total} contact{'s' * (total != 1)}"
    return text if drawn == total else f"{text} ({drawn} drawn)"
