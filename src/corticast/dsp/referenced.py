"""A recording in the reference that is asked for, and the contacts or pairs that show its channels."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from corticast.core.geometry.pairs import placed_pairs
from corticast.core.matching import some
from corticast.core.model.groups import group_of, groups_of
from corticast.core.model.recording import Recording
from corticast.core.model.types import BoolArray, Electrodes, IntpArray, PlacedElectrodes
from corticast.dsp.channels import Matched, matched
from corticast.dsp.kinds import OTHER, kinds_of
from corticast.dsp.recorded_pairs import pairs_matched, recorded_pairs
from corticast.dsp.reference import (
    LEAST_AVERAGED,
    ReferenceRule,
    averages_within,
    bipolar,
    bipolar_pairs,
    common_average,
    far_pairs,
    without_bad,
)
from corticast.errors import DataError

_AVERAGES: tuple[ReferenceRule, ...] = ("kind", "group", "average")


@dataclass(frozen=True, eq=False)
class Referencing:
    """How a recording is referenced for a table of contacts.

    Parameters
    ----------
    rule : the reference
    left_out : (n_channels,) bool, channels that are not used
    parts : the part of each channel whose average is subtracted; () without parts
    owners : the subject of each channel; () where all are of one. No average goes over two subjects.
    pairs : names of the two channels of each pair; () without pairs
    is_recorded : whether channels are pairs already, which get no second reference
    """

    rule: ReferenceRule
    left_out: BoolArray
    parts: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    is_recorded: bool = False
    owners: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[bytes, tuple[str, ...], tuple[tuple[str, str], ...]]:
        """What two equal references have in common."""
        return self.left_out.tobytes(), self.averaged, self.pairs

    @property
    def averaged(self) -> tuple[str, ...]:
        """The part of each channel within its subject: channels of one part are averaged together."""
        return _owned(self.parts or ("all",) * len(self.owners), self.owners)

    def __call__(self, recording: Recording) -> Recording:
        """The referenced recording of the good channels."""
        left_out = self.left_out | recording.bad
        good = without_bad(recording, self.left_out)
        if self.rule == "average" and not self.owners:
            return common_average(good)
        if self.rule == "bipolar":
            row_of = {name: row for row, name in enumerate(good.names)}
            return bipolar(good, [(row_of[anode], row_of[cathode]) for anode, cathode in self.pairs])
        if self.rule == "none":
            return good
        parts = tuple(part for part, is_out in zip(self.averaged, left_out, strict=True) if not is_out)
        return averages_within(good, parts)

    @property
    def words(self) -> str:
        """The reference, as a caption names it."""
        if self.is_recorded:
            return "bipolar, as recorded"
        return self._of_all + " of each subject" * bool(self.owners and self.rule in _AVERAGES)

    @property
    def _of_all(self) -> str:
        """The reference, whatever the subjects."""
        if self.rule == "kind":
            kept = dict.fromkeys(part for part, out in zip(self.parts, self.left_out, strict=True) if not out)
            return "common average" if len(kept) == 1 else "average within " + " and within ".join(kept)
        return {
            "group": "average within shafts and grids",
            "average": "common average",
            "bipolar": "bipolar",
            "none": "as recorded",
        }[self.rule]


@dataclass(frozen=True, eq=False)
class Shown:
    """The contacts or pairs that show channels.

    Parameters
    ----------
    electrodes : contacts, or pairs of them at their midpoints
    found : channel of each, before channels are left out
    referencing : the reference
    pairs : (n_pairs, 2) intp, rows of the table; None without pairs
    """

    electrodes: PlacedElectrodes
    found: Matched
    referencing: Referencing
    pairs: IntpArray | None = None


def shown_channels(recording: Recording, electrodes: PlacedElectrodes, rule: ReferenceRule) -> Shown:
    """Find the channel or pair of each contact, and the channels to leave out.

    Channels that are pairs already keep their reference. Channels whose electrode the table marks bad are left out.
    Averages also leave out channels without an electrode: a trigger or pulse that the recorder calls EEG would
    otherwise enter all channels. Kinds and groups of fewer than three good channels have no average: they are left out
    too.

    Raises
    ------
    DataError : no electrode has a channel, or no kind or group has three
    """
    recorded = recorded_pairs(recording.names, electrodes.table.names)
    if recorded:
        placed, found, rows = pairs_matched(electrodes, recording.names, recorded)
        bad = recording.bad.copy()
        bad[found.rows[placed.table.bad]] = True
        return Shown(placed, found, Referencing("none", bad, is_recorded=True), rows)
    averaged = rule in _AVERAGES
    n = len(recording.names)
    source = str(recording.path or recording.name)
    found = matched(
        electrodes,
        recording.names,
        n,
        source=source,
        unused_are="are left out of the average" if averaged else "",
    )
    bad = ~np.isin(np.arange(n), found.rows) if averaged else np.zeros(n, dtype=bool)
    marked = found.rows[electrodes.table.bad]
    bad[marked[marked >= 0]] = True
    bad |= recording.bad
    if rule == "bipolar":
        return _pairs(recording, electrodes, found, bad)
    owners = _owners(electrodes.table, found, n)
    if rule not in _AVERAGES or (rule == "average" and not owners):
        return Shown(electrodes, found, Referencing(rule, bad))
    parts: tuple[str, ...] = ()
    if rule == "kind":
        parts = kinds_of(recording, electrodes.table, found.rows)
    elif rule == "group":
        parts = _groups(recording, electrodes, found)
    referencing = Referencing(rule, bad, parts, owners=owners)
    small, warnings = _small_parts(recording, referencing)
    referencing = replace(referencing, left_out=bad | np.isin(referencing.averaged, small))
    return Shown(electrodes, Matched(found.rows, (*found.warnings, *warnings)), referencing)


def _small_parts(recording: Recording, referencing: Referencing) -> tuple[list[str], list[str]]:
    """Kinds, groups or subjects with too few good channels, and warnings.

    Raises
    ------
    DataError : all have too few
    """
    rule, parts, bad = referencing.rule, referencing.averaged, referencing.left_out
    counts = Counter(part for part, is_bad in zip(parts, bad, strict=True) if not is_bad)
    warnings = []
    kinds = {kind for kind, is_bad in zip(referencing.parts, bad, strict=False) if not is_bad}
    if rule == "kind" and kinds == {OTHER}:
        of_each = " of each subject" * bool(referencing.owners)
        warnings.append(
            f"{recording.name}: nothing says which contacts are depth contacts; the average is taken over all "
            f"{sum(counts.values())}{of_each}"
        )
    small = [part for part, count in counts.items() if count < LEAST_AVERAGED]
    if not small:
        return small, warnings
    few = f"fewer than {LEAST_AVERAGED} good channels have no average of their own"
    if len(small) == len(counts):
        label = recording.path or recording.name
        raise DataError(f"{label}: --reference {rule}: {few} ({some(small)}); give --reference none")
    lost = [name for name, part, out in zip(recording.names, parts, bad, strict=True) if part in small and not out]
    warnings.append(
        f"--reference {rule}: left out {len(lost)} channels, since {few}: {some(lost)}; "
        "--reference average or none shows them"
    )
    return small, warnings


def _owners(table: Electrodes, found: Matched, n_channels: int) -> tuple[str, ...]:
    """Subject of each channel, "" for one without a contact; () for a table of one subject."""
    if not table.subjects:
        return ()
    owners = [""] * n_channels
    for subject, row in zip(table.subjects, found.rows, strict=True):
        if row >= 0:
            owners[row] = subject
    return tuple(owners)


def _owned(parts: tuple[str, ...], owners: tuple[str, ...]) -> tuple[str, ...]:
    """Parts with their subjects, where there are several."""
    return tuple(f"{part} of {owner}" for part, owner in zip(parts, owners, strict=True)) if owners else parts


def _groups(recording: Recording, electrodes: PlacedElectrodes, found: Matched) -> tuple[str, ...]:
    """Group of each channel: the group of its contact, else the group in its own name."""
    groups = [group_of(name) for name in recording.names]
    for group, row in zip(groups_of(electrodes.table), found.rows, strict=True):
        if row >= 0:
            groups[row] = group
    return tuple(groups)


def _is_of_one(table: Electrodes, contact: int, other: int) -> bool:
    """Whether two contacts belong to one subject."""
    return not table.subjects or table.subjects[contact] == table.subjects[other]


def _pairs(recording: Recording, electrodes: PlacedElectrodes, found: Matched, bad: BoolArray) -> Shown:
    """Pairs of neighbours, both good and in the table, at their midpoints."""
    names = recording.names
    contact_of = {int(row): contact for contact, row in reversed(list(enumerate(found.rows))) if row >= 0}
    pos = np.full((len(names), electrodes.pos.shape[1]), np.nan)
    for row, contact in contact_of.items():
        pos[row] = electrodes.pos[contact]
    pos[bad] = np.nan
    far = far_pairs(names, pos)
    every = bipolar_pairs(names)
    if not every:
        bipolar(recording, ())
    kept = [
        (anode, cathode)
        for anode, cathode in every
        if not (bad[anode] or bad[cathode])
        and (anode, cathode) not in set(far)
        and anode in contact_of
        and cathode in contact_of
        and _is_of_one(electrodes.table, contact_of[anode], contact_of[cathode])
    ]
    if not kept:
        raise DataError(
            f"{recording.path or recording.name}: --reference bipolar: no two neighbours are both good and in the "
            "electrode table; give another --reference"
        )
    warnings = list(found.warnings)
    if far:
        texts = [f"{names[anode]}–{names[cathode]}" for anode, cathode in far]
        warnings.append(
            f"--reference bipolar: left out {len(far)} pairs of contacts that lie far apart, as at the ends of a "
            f"grid's rows: {some(texts)}"
        )
    rows = np.array([[contact_of[anode], contact_of[cathode]] for anode, cathode in kept], dtype=np.intp)
    n_alone = len(electrodes.table.names) - len(np.unique(rows))
    alone = f"; {n_alone} contacts without a good neighbour are not drawn" * bool(n_alone)
    warnings.append(f"--reference bipolar: {len(kept)} pairs stand at the midpoints of their contacts{alone}")
    pairs = tuple((names[anode], names[cathode]) for anode, cathode in kept)
    shown = Matched(np.arange(len(kept), dtype=np.intp), tuple(warnings))
    return Shown(placed_pairs(electrodes, rows), shown, Referencing("bipolar", bad, (), pairs), rows)
