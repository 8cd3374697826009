"""Films of a dataset whose volumes, brain masks or tables of electrodes come from derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from corticast.io.bids import OWN_SPACES, T1W_SPACES, entities
from corticast.io.dataset import T1WS, FilmInputs, best_fitting, space_of_table, t1ws_of, tables_beside, unplaced_line
from corticast.io.derivatives import Derivatives, anatomy_of, space_of


def with_derivatives(film: FilmInputs, root: Path, found: Derivatives) -> FilmInputs:
    """The inputs of a film, with the derivatives that belong to its T1w.

    Parameters
    ----------
    film : of a T1w of the dataset
    root : folder of the dataset
    """
    if film.error is not None:
        return replace(film, derived=())
    raw, subject = film.volume, film.entities.get("sub")
    if subject is None or not raw.name.endswith(T1WS):
        note = f"{raw.name}: is not called _T1w, so no derivatives are used"
        return replace(film, warnings=(*film.warnings, note), derived=())
    more = found.tables(subject, film.entities.get("ses"))
    tables = [*tables_beside(film.electrodes), *more]
    chosen = anatomy_of(raw, subject, found, t1ws_of(root / f"sub-{subject}"), _spaces_of(tables))
    table, error = _table_of(film, chosen.volume, tables, more)
    notes = (*film.warnings, *chosen.notes)
    if table is not None and table in more:
        notes += (f"{table.name}: table of electrodes of {found.label}",)
    recording = film.recording
    if table is not None and film.unplaced is not None:
        recording = film.unplaced
        notes = tuple(note for note in notes if note != unplaced_line(recording))
    template = entities(chosen.volume).get("space") if chosen.volume != raw and space_of(chosen.volume) else None
    derived = (chosen.volume if chosen.volume != raw else None, chosen.mask, table if table in more else None)
    return replace(
        film,
        entities=film.entities if template is None else {**film.entities, "space": template},
        volume=chosen.volume,
        electrodes=table,
        mask=chosen.mask,
        recording=recording,
        warnings=notes,
        error=chosen.error or error,
        derived=tuple(path for path in derived if path is not None),
    )


def _spaces_of(tables: Sequence[Path]) -> list[str]:
    """Spaces of volumes that tables fit: the subject's own in the order of their certainty, then templates by name."""
    named = {space_of_table(table) for table in tables} - {"pixels"}
    own = [space for space in OWN_SPACES if space in named]
    # A table in ACPC fits a volume in ACPC best, and then that of the T1w.
    fitting = [each for space in own for each in (() if space in T1W_SPACES else (space,)) + ("",)]
    return list(dict.fromkeys([*fitting, *sorted(named.difference(own))]))


def _table_of(
    film: FilmInputs, volume: Path, tables: Sequence[Path], more: Sequence[Path]
) -> tuple[Path | None, str | None]:
    """The table of electrodes that fits a volume best, and the reason if two fit alike.

    Parameters
    ----------
    film : with the table that fits its T1w
    volume : that is shown
    tables, more : all tables, and those of derivatives
    """
    if film.intended and not space_of(volume):
        # The dataset itself says which table belongs to its image.
        return film.electrodes, None
    fitting = best_fitting(tables, volume)
    if not fitting or set(fitting).isdisjoint(more):
        return (film.electrodes if film.electrodes in fitting else next(iter(fitting), None)), None
    if len(fitting) == 1:
        return fitting[0], None
    one, other = ("/".join(table.parts[-4:]) for table in fitting[:2])
    text = f"{film.volume}: {len(fitting)} tables of electrodes fit it alike: {one} and {other}"
    return None, f"{text}; give --derivatives without one of them"
