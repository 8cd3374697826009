"""Kinds of users' files: their names in messages, the largest size of each, and the remedy for files that are refused.

A kind whose files are read as a whole has a largest size. Volumes, sounds and recordings are read in parts: their
readers compare each part with the file's length, and with the memory of the machine.
"""

from __future__ import annotations

from dataclasses import dataclass

_KIB, _MIB, _GIB = 2**10, 2**20, 2**30


@dataclass(frozen=True)
class FileKind:
    """A kind of files.

    Parameters
    ----------
    name : with its article, such as "a text table"
    remedy : advice about a refused file
    most_bytes : a larger file is refused; None for files of any size
    """

    name: str
    remedy: str
    most_bytes: int | None = None


TABLE = FileKind("a text table", "give a TSV or CSV file", 64 * _MIB)
SPREADSHEET = FileKind("a spreadsheet", "give an .xlsx file, or save the sheet as CSV", 64 * _MIB)
MATLAB = FileKind("a .mat file of electrodes", "give a .mat file with elecmatrix, as img_pipe writes it", 64 * _MIB)
TRANS = FileKind("a transform", "give a -trans.fif file, as MNE-Python writes it", 64 * _MIB)
JSON = FileKind("a JSON file", "give a JSON file as BIDS describes it", 64 * _MIB)
SCENE = FileKind("a scene", "give a scene file, as --save-scene writes it", 256 * _KIB)
OWN_DEFAULTS = FileKind("a file of own defaults", "`corticast config` writes it", 256 * _KIB)
PICTURE = FileKind("a picture", "give a PNG or JPEG file", _GIB)
FONT = FileKind("a font", "give a .ttf or .otf file", 128 * _MIB)
ACTIVITY_TEXT = FileKind("a text table of activity", "give a shorter table, or a NPY file", 4 * _GIB)
ACTIVITY_ARRAY = FileKind("an array of activity", "save a shorter or coarser one, such as numpy.float32", 16 * _GIB)
VOLUME = FileKind("a volume", "give a NIfTI, MGH or Analyze file")
SOUND = FileKind("a sound", "give a WAV, FLAC, Ogg or MP3 file, or another file whose sound ffmpeg can decode")
RECORDING = FileKind("a recording", "give an existing recording")
OF_DATASET = FileKind("a file of a dataset", "add the file, or remove its name from the events")
BRAINVISION_HEADER = FileKind("a BrainVision header", "export the recording again", 16 * _MIB)
ANY = FileKind("a file", "give an existing file")


def size_in_words(n_bytes: int) -> str:
    """A size in bytes, such as "64 MiB"."""
    for unit, factor in (("TiB", 2**40), ("GiB", _GIB), ("MiB", _MIB), ("KiB", _KIB)):
        if n_bytes >= factor:
            return f"{n_bytes / factor:.{3 if n_bytes < 1000 * factor else 4}g} {unit}"
    return f"{n_bytes} bytes"
