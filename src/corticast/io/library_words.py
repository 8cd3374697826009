"""Our words for the warnings of libraries; `tools/library_warnings_table.py` lists them in docs/library-warnings.md.

A warning without an entry here reaches the user in the library's words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from corticast.errors import one_line

MNE, PYNWB, PILLOW, NUMPY, NIBABEL = "MNE-Python", "pynwb", "Pillow", "NumPy", "nibabel"
OPENPYXL, SCIPY = "openpyxl", "SciPy"


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
        Words(
            "MNE-Python currently only supports {kind} versions 1.0 and 2.0, got unparsable '{line}'. ",
            "unknown version of its {kind}: {line}",
        ),
        Words("Missing header in {kind} file", "the first line of its {kind} file is missing"),
        # FIF
        Words("Multiple Isotrak found", why="is about positions of the head, which are not shown"),
        Words("Projection vector {name} has been reduced", why="is about projections, which are not applied"),
        Words("Encountered an error while trying to read the birthday", why="says nothing of the data"),
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
        Words(
            "Scaling factor will not be defined in the following channels: {names}",
            "no digital range of {names}, whose values are shown as stored",
        ),
        Words(
            "Physical range is not defined in following channels: {names}",
            "no physical range of {names}, whose values are shown as stored",
        ),
        Words("Invalid measurement date encountered in the header", "the date in its header cannot be read"),
        Words(
            "Header information is incorrect for record length",
            "its header gives no length of a record, which is taken as 1 s; its times may be wrong",
        ),
        Words(
            "Unsupported physical dimension for channel {n} (",
            "unknown unit of channel {n} (from 0): taken as 1",
        ),
        Words("Invalid patient information {key}", why="says nothing of the data"),
        # Nihon Kohden and Persyst
        Words(
            "Could not decode {name} as one of ",
            "{name} cannot be read: channels have the recorder's own names",
        ),
        Words(
            "Could not find {name} containing channel definitions",
            "{name} is missing: channels have the recorder's own names",
        ),
        Words("Could not decode log as ", "texts of events that cannot be read, which are left out"),
        Words("Event log version mismatch", "its .log file has another version; its events may be wrong"),
        Words("Cannot read in the measurement date", "the date in its header cannot be read"),
        Words("No PNT file exists", "its .pnt file is missing: its date is unknown"),
        Words("No LOG file exists", "its .log file is missing: it has no events"),
        # EEGLAB
        Words("Complex objects (like classes) are not supported", why="is about variables beside the recording"),
        Words("Could not inspect .set file variables", why="costs memory alone"),
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
        Words("Schema conflict(s) detected in namespace '{name}'", why="is about the schemas that the file carries"),
        Words(
            "{file} defines a different specification for {kind} than ",
            why="is about the schemas that the file carries",
        ),
        Words("Unexpected keys {keys} in spec ", why="is about the schemas that the file carries"),
        Words("Spec '{name}': ", why="is about the type of numbers that the file names"),
        Words("Device.model was detected as a string", why="is about the recorder"),
        Words("The model attribute of the Device ", why="is about the recorder"),
        Words(
            "The '{name}' attribute differs across the waveform columns",
            why="is about sorted units",
        ),
        Words("The linked table for DynamicTableRegion '{name}' does not share", why="is about writing"),
        Words("The file path provided: {path} does not end in '.nwb'", why="a name says nothing of the data"),
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
        Words("Couldn't allocate palette entry for transparency", "its transparent colour is drawn as another colour"),
        Words("Palette images with Transparency expressed in bytes", why="says nothing of the picture"),
        Words("Image was not the expected size", "a picture in it has another size than it states"),
        Words("Invalid APNG", "damaged animation: its still picture is shown"),
        Words("Image appears to be a malformed MPO file", "damaged series of pictures: its first picture is shown"),
    ),
    OPENPYXL: (
        Words(
            "Cell {cell} is marked as a date but the serial value {value} is outside the limits for dates",
            "cell {cell} holds {value} in the format of a date; give the cell the format of a number",
        ),
        Words("{kind} extension is not supported and will be removed", why="is about the looks of cells"),
        Words("Failed to load a conditional formatting rule", why="is about the looks of cells"),
        Words("Workbook contains no stylesheet", why="is about the looks of cells"),
        Words("Workbook contains no default style", why="is about the looks of cells"),
        Words("Cannot parse header or footer", why="is about printing"),
        Words("Print area cannot be set", why="is about printing"),
        Words("Unknown type for {name}", why="is about properties of the document"),
        Words("Defined names for sheet index {n} cannot be located", why="is about names of cells"),
        Words("File contains an invalid specification for ", "a sheet is damaged, and left out"),
        Words("{name} contains invalid dependency definitions", why="is about pictures and links"),
    ),
    SCIPY: (
        Words('Duplicate variable name "{name}" in stream', "holds {name} twice: the first one is read"),
        Words('Unreadable variable "{name}", because "{why}"', "{name} cannot be read ({why})"),
        Words(
            "We do not support byte ordering '{order}'",
            "written by a machine whose numbers cannot be read; save the file again with -v7",
            refuses=True,
        ),
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
