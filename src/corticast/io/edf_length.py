"""The length that the header of an EDF or BDF file announces, against the samples that are there."""

from __future__ import annotations

from pathlib import Path

from corticast.core.model.recording import Recording

# Fields of the header (EDF specification, 1992): number of records, and seconds of each.
_N_RECORDS, _RECORD_S = slice(236, 244), slice(244, 252)


def warn_of_length(path: Path, recording: Recording) -> tuple[str, ...]:
    """Warn about a file that holds more or less than its header announces.

    Parameters
    ----------
    path : EDF or BDF file
    recording : its recording, as long as its samples reach
    """
    with path.open("rb") as stream:
        header = stream.read(256)
    # MNE-Python counts a record without a length as 1 s.
    n_records, record_s = int(_text(header[_N_RECORDS])), float(_text(header[_RECORD_S])) or 1.0
    announced_s, present_s = n_records * record_s, recording.duration_s
    there = f"{present_s:.3f} s are present"
    if n_records < 0:
        return (f"{path.name}: its header gives no length, as before the end of a recording; {there}",)
    if abs(announced_s - present_s) < record_s / 2:
        return ()
    fault, only = ("cut off: ", "only ") if announced_s > present_s else ("", "")
    return (f"{path.name}: {fault}its header announces {announced_s:.3f} s, but {only}{there}",)


def _text(cell: bytes) -> str:
    """The text of a field. Some recorders end a field with zeros in place of blanks, as MNE-Python allows."""
    return cell.partition(b"\0")[0].decode("latin-1")
