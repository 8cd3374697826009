"""What tests measure against other software: bounds are asserted, and the worst errors make a table.

A test that compares with a reference says so by the `fidelity` fixture; `--fidelity-table FILE` writes
what all workers of a run measured as Markdown (`make test-all` keeps docs/fidelity.md by it).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

# The table's sections, in this order; a claim begins with one of them.
SECTIONS = ("Space", "Values", "Electrodes", "Views", "Sound", "Time", "Colour", "Sameness")


@dataclass
class Fidelity:
    """Comparisons, values compared and worst error by claim, reference, bound and unit."""

    rows: dict[tuple[str, str, float, str], tuple[int, int, float]] = field(default_factory=dict)

    def within(self, claim, reference, errors, bound, unit=""):
        """Assert that no error is above the bound, and note the worst.

        Parameters
        ----------
        claim : name of the measured property, "Section: words"
        reference : the software or definition that it is compared with
        errors : array of differences, signs ignored; an empty one proves nothing and fails
        bound : the largest that is allowed
        unit : of errors and bound, "" when relative
        """
        assert claim.split(":")[0] in SECTIONS, f"{claim!r} begins with none of {SECTIONS}"
        errors = np.abs(np.asarray(errors, np.float64))
        assert errors.size, f"{claim}: nothing was compared"
        worst = float(errors.max())
        self.merge([[claim, reference, float(bound), unit, 1, errors.size, worst]])
        assert worst <= bound, f"{claim}, against {reference}: {worst:.4g} {unit} > {bound:g} {unit}"

    def merge(self, rows):
        """Take in rows as `as_rows` gives them."""
        for claim, reference, bound, unit, cases, values, worst in rows:
            key = (claim, reference, bound, unit)
            cases_before, values_before, worst_before = self.rows.get(key, (0, 0, 0.0))
            # A NaN must stay to be seen.
            worst = float(np.maximum(worst_before, worst))
            self.rows[key] = cases_before + cases, values_before + values, worst

    def as_rows(self):
        """Lists that travel between processes."""
        return [[*key, *found] for key, found in self.rows.items()]

    def table(self):
        """Markdown, in the order of the sections."""
        lines = [
            "| what | compared with | cases | values | worst | bound |",
            "| --- | --- | ---: | ---: | ---: | ---: |",
        ]
        for key in sorted(self.rows, key=lambda key: (SECTIONS.index(key[0].split(":")[0]), key)):
            claim, reference, bound, unit = key
            cases, values, worst = self.rows[key]
            worst_text, bound_text = (f"{number} {unit}".strip() for number in (f"{worst:.3g}", f"{bound:g}"))
            lines.append(f"| {claim} | {reference} | {cases} | {values} | {worst_text} | {bound_text} |")
        return "\n".join(lines) + "\n"


def write_table(path, fidelity, renderer, ffmpeg):
    """Write the table with a heading that says how it was made."""
    text = (
        "# How far corticast can be trusted: the figures\n\n"
        "Written by `make test-all`. Each line compares with software or a definition that is not corticast's,\n"
        f"and a test fails above its bound. Drawn by {renderer}; {ffmpeg}.\n\n{fidelity.table()}"
    )
    Path(path).write_text(text, encoding="utf-8")
