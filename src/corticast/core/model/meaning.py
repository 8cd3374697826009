"""What a volume's values are, as its file says: labels, a statistic, or intensities."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Meaning:
    """What the values of a volume are.

    Parameters
    ----------
    quantity : title of the bar of values, such as "t (20 degrees of freedom)"
    is_labels : whether values number regions, so that nothing lies between two values
    diverges : whether values lie about 0, as those of t, z and r do
    """

    quantity: str = "intensity"
    is_labels: bool = False
    diverges: bool = False


INTENSITY = Meaning()
LABELS = Meaning("label", is_labels=True)
