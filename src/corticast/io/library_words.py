"""Our words for the warnings of libraries; `tools/library_warnings_table.py` lists them in docs/library-warnings.md.

A warning without an entry here reaches the user in the library's words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from corticast.errors import one_line

MNE, PYNWB, PILLOW, NUMPY, NIBABEL = "MNE-Python", "pynwb", "Pillow", "NumPy", "nibabel"


@dataclass(frozen=True)
class Words:
    """What becomes of a warning.

    Parameters
    ----------
    begins : how the library's text begins, in one line; a name in braces stands for any text, and so does …
    ours : our text, with the same names in braces; "" for a warning that says nothing about the picture
    why : reason for a warning that is left out
    refuses : whether the file cannot be shown
    """

    begins: str
    ours: str = ""
    why: str = field(default="", kw_only=True)
    refuses: bool = field(default=False, kw_only=True)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = re.split(r"(\{\w+\}|…)", self.begins)
        ends = parts[-1] == ""
        found = [f"(?P<{part[1:-1]}>.*?)" if part.startswith("{") else _literal(part) for part in parts]
        return re.compile("".join(found) + "$" * ends)

    def of(self, line: str) -> str | None:
        """Our text for a library's text in one line; None if the library says something else."""
        match = self._pattern.match(line)
        return None if match is None else self.ours.format(**match.groupdict())


def _literal(part: str) -> str:
    return ".*?" if part == "…" else re.escape(part)


_WRONG_WIDTH = "{kind} '{name}': The second dimension of data does not match the length of electrodes"
_EXIF = "its EXIF data are damaged, so the picture may lie on its side"

# Of each library, in the order in which they are tried.
WORDS: dict[str, tuple[Words, ...]] = {
    MNE: (
        # BrainVision
        Words(
            "MarkerFile '{name}' not found; using '{other}'",
            "its marker file {name} is missing: the events come from {other}",
        ),
        Words("MarkerFile '{name}' not found", "its marker file {name} is missing: it has no events"),
        Words(
            "No info on DataPoints found",
            "its header does not give its length, which is taken from the size of the data file",
        ),
        Words(
            "No coordinate information found for channels [{names}]. Setting channel types to misc",
            "its header has no positions of {names}, whose kind is MISC unless channels.tsv says otherwise",
        ),
        Words("Not setting positions of {n} misc channels", why="follows from the warning above"),
        Words("Online software filter detected", "a filter of the recorder's software was on while it was recorded"),
        # FIF
        Words(
            "FIF raw buffer could not be read, acquisition error likely: {n} samples set to zero",
            "damaged: {n} samples could not be read and are shown as 0",
        ),
        Words("FIF tag directory missing at the end of the file", "its directory is missing: it may be cut off"),
        Words("Invalid tag with only {n}/16 bytes", "cut off: its last entry has {n} of 16 bytes"),
        Words(
            "This filename ({name}) does not conform to MNE naming conventions", why="a name says nothing of the data"
        ),
        # GDF
        Words(
            "Loading an EDF with mixed sampling frequencies",
            "its channels differ in sample rate, which MNE-Python reads right only as a whole; convert it: "
            "mne.io.read_raw_gdf(FILE, preload=True).save('raw_raw.fif')",
            refuses=True,
        ),
        Words(
            "Number of records from the header does not match the file size",
            "its header announces another length than its samples have, which count",
        ),
        # Nihon Kohden and Persyst
        Words("No PNT file exists", "its .pnt file is missing: its date is unknown"),
        Words("No LOG file exists", "its .log file is missing: it has no events"),
        # EEGLAB
        Words(
            "Data file name in EEG.data ({name}) is incorrect, … using the correct file name ({other})",
            "its data file {name} is missing: the samples come from {other}",
        ),
        Words("Unknown types found, setting as type EEG: {kinds}", "unknown kinds of channels, taken as EEG: {kinds}"),
        Words(
            "The data contains 'boundary' events",
            why="corticast finds the breaks itself, and reports them with their times",
        ),
        Words(
            "At least one event has a sample index of -1",
            "an event lies before the first sample, perhaps because EEGLAB has resampled the recording",
        ),
        Words("{n} events have an onset that is NaN", "events without an onset, which are left out: {n}"),
        Words(
            "Estimated head radius ({radius}) is ",
            "the positions in it make a head of radius {radius}; only those of the electrode table are shown",
        ),
        # Any format
        Words(
            "Highpass cutoff frequency {low} is greater than lowpass cutoff frequency {high}, ",
            "its header states filters that cannot be: a high-pass at {low} Hz and a low-pass at {high} Hz",
        ),
        Words(
            "Channels contain different {kind}pass filters",
            "its channels were recorded with different {kind}-pass filters",
        ),
        Words(
            "Channel names are not unique, found duplicates for: {{names}}. Applying running numbers",
            "several channels have the same name, and are numbered: {names}",
        ),
        Words("Omitted {n} annotation(s)", "events outside the recording, which are left out: {n}"),
        Words("Limited {n} annotation(s)", "events that last longer than the recording, and are cut short: {n}"),
        Words(
            "The format of the `orig_time` string is not recognised",
            "the time of day of its events cannot be read; they count from the first sample",
        ),
    ),
    PYNWB: (
        Words(
            f"{_WRONG_WIDTH}, but instead the first does",
            "the samples of {name} lie along the wrong axis: its rows are channels, its columns times; "
            "export the file again with times as rows",
            refuses=True,
        ),
        Words(
            _WRONG_WIDTH,
            "{name} has more or fewer columns than electrodes, so no channel can be named; export the file again",
            refuses=True,
        ),
        Words(
            "{kind} '{name}': Length of data does not match length of timestamps",
            "{name} has another number of samples than of time stamps; its times may be wrong",
        ),
        Words("Timeseries has a rate of 0.0 Hz", "a series states 0 samples per second"),
        Words("Path to Group altered/broken at {name}", "holds a link to {name}, which is missing"),
        Words("Date is missing timezone information", "its date has no time zone; times count from the first sample"),
        Words("Ignoring the following cached namespace(s)", why="is about the schemas that the file carries"),
        Words("Loaded namespace '{name}' is ", why="is about the schemas that the file carries"),
        Words("An attribute '{name}' already exists on ", why="is about a name in pynwb"),
    ),
    PILLOW: (
        Words(
            "Image size ({n} pixels) exceeds limit of ",
            "too many pixels; give a picture below 89 megapixels",
            refuses=True,
        ),
        Words("Corrupt EXIF data", _EXIF),
        Words("Possibly corrupt EXIF", _EXIF),
        Words("Metadata Warning", _EXIF),
        Words("Tag offset too large", _EXIF),
        Words("Tag data larger than file", _EXIF),
        Words("Invalid APNG", "damaged animation: its still picture is shown"),
        Words("Image appears to be a malformed MPO file", "damaged series of pictures: its first picture is shown"),
    ),
    NUMPY: (Words("Reading `.npy` or `.npz` file required additional header parsing", why="costs time alone"),),
}


def words_for(library: str, text: str) -> tuple[Words, str] | None:
    """The entry for a warning, and our text; None without an entry.

    Parameters
    ----------
    library : a key of `WORDS`
    text : the library's text
    """
    line = one_line(text)
    for words in WORDS.get(library, ()):
        ours = words.of(line)
        if ours is not None:
            return words, ours
    return None
