"""What tests measure against other software: bounds are asserted, and the worst errors make a table.

A test that compares with a reference says so by the `fidelity` fixture; `--fidelity-table FILE` writes
what all workers of a run measured as Markdown (`make test-all` keeps docs/fidelity.md by it).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

# The table's sections, in this order; a claim begins with one of them.
SECTIONS = ("Space", "Values", "Electrodes", "Sound", "Time", "Colour", "Sameness")


@dataclass
class Fidelity:
    """Worst errors by claim, reference, bound and unit."""

    rows: dict[tuple[str, str, float, str], tuple[int, float]] = field(default_factory=dict)

    def within(self, claim, reference, errors, bound, unit="", cases=1):
        """Assert that no error is above the bound, and note the worst.

        Parameters
        ----------
        claim : what is measured, "Section: words"
        reference : the software or definition that it is compared with
        errors : array of differences, signs ignored; an empty one proves nothing and fails
        bound : the largest that is allowed
        unit : of errors and bound, "" when relative
        cases : how many cases this call stands for
        """
        assert claim.split(":")[0] in SECTIONS, f"{claim!r} begins with none of {SECTIONS}"
        errors = np.abs(np.asarray(errors, np.float64))
        assert errors.size, f"{claim}: nothing was compared"
        worst = float(errors.max())
        self.merge([[claim, reference, float(bound), unit, cases, worst]])
        assert worst <= bound, f"{claim}, against {reference}: {worst:.4g} {unit} > {bound:g} {unit}"

    def merge(self, rows):
        """Take in rows as `as_rows` gives them."""
        for claim, reference, bound, unit, cases, worst in rows:
            key = (claim, reference, bound, unit)
            n_before, worst_before = self.rows.get(key, (0, 0.0))
            # A NaN must stay to be seen.
            self.rows[key] = n_before + cases, float(np.maximum(worst_before, worst))

    def as_rows(self):
        """Lists that travel between processes."""
        return [[*key, *found] for key, found in self.rows.items()]

    def table(self):
        """Markdown, in the order of the sections."""
        lines = ["| what | compared with | cases | worst | bound |", "| --- | --- | ---: | ---: | ---: |"]
        for claim, reference, bound, unit in sorted(
            self.rows, key=lambda key: (SECTIONS.index(key[0].split(":")[0]), key)
        ):
            cases, worst = self.rows[claim, reference, bound, unit]
            lines.append(
                f"| {claim} | {reference} | {cases} | {f'{worst:.3g} {unit}'.strip()} | {f'{bound:g} {unit}'.strip()} |"
            )
        return "\n".join(lines) + "\n"


def write_table(path, fidelity, renderer):
    """Write the table with a heading that says how it was made."""
    text = (
        "# How far corticast can be trusted: the figures\n\n"
        "Written by `make test-all`. Each line compares with software or a definition that is not corticast's,\n"
        f"and a test fails above its bound. Drawn by {renderer}.\n\n{fidelity.table()}"
    )
    Path(path).write_text(text, encoding="utf-8")
