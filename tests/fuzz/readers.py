"""All readers of users' files: the table of the Hypothesis tests and of the fuzzer.

A new reader gets a line here, its seeds in tests/fuzz/seeds.py, and its way there and back in
tests/property/test_ways_of_readers.py.
"""

from __future__ import annotations

import gzip
import io
import os
import shutil
import socket
import zipfile
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np

import corticast as cc
from corticast.core.text.face import read_face
from corticast.errors import CorticastError, DataError
from corticast.io import audio
from corticast.io.activity import load_activity
from corticast.io.audio_file import REMEDY
from corticast.io.confined_process import RunningChild
from corticast.io.dataset import film_inputs
from corticast.io.derivatives import anatomy_of, derivatives_of
from corticast.io.head_transform import head_transform
from corticast.io.own_defaults import read_own_defaults
from corticast.io.rename import read_rename, renamed
from corticast.io.scene import read_scene_file
from tests.fuzz import seeds
from tests.fuzz.judge import Reader

_NUMBERS = (b"0", b"-1", b"nan", b"inf", b"1e308", b"1e999", b"99999999999999999999", b"0.1", b"\xe2\x88\x925", b"1,5")
_CELLS = (b"\t", b";", b",", b"\n", b'"', b"n/a", b"-999", b"#", b"%", b"sep=;\n", b"\xff\xfe", b"\xef\xbb\xbf")
_TABLE = (*_NUMBERS, *_CELLS, b"name", b"x", b"y", b"z", b"x_2d", b"label", b"MNI_x", b"R", b"A", b"S", b"time")
_JSON = (*_NUMBERS, b"null", b"true", b"[", b"]", b"{", b"}", b'""', b"\\u0000", b"\\ud800", b"NaN", b"Infinity")
_TOML = (*_NUMBERS, b"[[", b"]]", b"'''", b'"""', b"=", b".", b"true", b"2026-01-01", b"\\u0000", b"inf", b"[]", b"{}")
# Fields of a NIfTI header.
_BINARY = (bytes(4), b"\xff" * 4, b"\x7f\xff", b"\xff\x7f", b"\x80\x7f", b"\xc0\x7f", b"\0\0\x80\x7f", b"\0\0\xc0\x7f")


def volume(path):
    found = cc.load_volume(path)
    assert found.voxels.size
    assert found.affine.shape == (4, 4)
    return found


def recording(path):
    found = cc.load_recording(path)
    rows = np.arange(min(len(found.names), 8))
    for first in {0, max(0, found.n_samples - 300)}:
        stop = min(first + 300, found.n_samples)
        assert found.read(first, stop, rows).shape == (len(rows), stop - first)
    assert all(0 <= first < stop <= found.n_samples for first, stop in found.gaps)
    return found


def activity(path):
    found = load_activity(path)
    assert found.values.ndim == 2
    return found


def electrodes(path):
    found = cc.load_electrodes(path)
    assert found.pos.shape[0] == len(found.names)
    return found


def transform(path):
    found = head_transform(path)
    assert found.matrix.shape == (4, 4)
    return found


def values(path):
    return cc.load_values(path)


def names(path):
    return renamed(("LA1", "LA2", "RA1"), read_rename(path), "r.edf", path)


def own_defaults(path):
    before = os.environ.get("XDG_CONFIG_HOME")
    os.environ["XDG_CONFIG_HOME"] = str(path.parents[1])
    try:
        return read_own_defaults()
    finally:
        os.environ.pop("XDG_CONFIG_HOME")
        if before is not None:
            os.environ["XDG_CONFIG_HOME"] = before


def _all_of(found):
    for block in found.blocks():
        assert len(block) == found.n_channels
        assert np.isfinite(block).all()
    return found


class _Ended:
    """A host whose child has ended."""

    @staticmethod
    def status(_):
        return 0


def answer(path):
    """The content of the file in place of the answer of a child."""
    running = object.__new__(RunningChild)
    own, other = socket.socketpair()
    running._label, running._library, running._task = str(path), "MNE-Python", {"path": str(path), "most_s": 30}
    running._socket, running._host, running._child = own, _Ended, 0
    with own:
        with other:
            other.sendall(path.read_bytes())
        try:
            return running._answer()
        except CorticastError as error:
            # The child says which file.
            return SimpleNamespace(warnings=(error.as_typed,))


def sound(path):
    """What libsndfile reads; ffmpeg, a process of its own, has its own target."""
    by_ffmpeg = audio.open_by_ffmpeg

    def leave(path, stamp):
        raise DataError(f"{path}: left to ffmpeg; {REMEDY}")

    audio.open_by_ffmpeg = leave
    try:
        return _all_of(cc.load_audio(path))
    finally:
        audio.open_by_ffmpeg = by_ffmpeg


def sound_by_ffmpeg(path):
    by_libsndfile = audio.open_by_libsndfile
    audio.open_by_libsndfile = lambda *_: None
    try:
        return _all_of(cc.load_audio(path))
    finally:
        audio.open_by_libsndfile = by_libsndfile


def dataset(path):
    """Tables and systems of a dataset of one subject; the other files need only be there."""
    root = path.parent / "bids"
    home = root / "sub-01" / "ses-1"
    if not home.exists():
        for folder in ("anat", "ieeg"):
            (home / folder).mkdir(parents=True)
        (root / "stimuli").mkdir()
        for name in ("anat/sub-01_ses-1_T1w.nii", "ieeg/sub-01_ses-1_task-a_ieeg.edf"):
            (home / name).touch()
        (home / "ieeg" / "sub-01_ses-1_electrodes.tsv").touch()
    for name in DATASET_FILES:
        (home / "ieeg" / name).unlink(missing_ok=True)
        if (path.parent / name).exists():
            shutil.copy(path.parent / name, home / "ieeg" / name)
    films = film_inputs(root)
    for film in films:
        if film.error:
            raise DataError(film.error)
    return films[0]


def derivative(path):
    """The sources of a derivative, which decide whether it stands for the T1w."""
    root = path.parent / "bids"
    raw = root / "sub-01" / "ses-1" / "anat" / "sub-01_ses-1_T1w.nii"
    anat = root / "derivatives" / "fmriprep" / "sub-01" / "ses-1" / "anat"
    for image in (raw, anat / f"{path.stem}.nii"):
        image.parent.mkdir(parents=True, exist_ok=True)
        image.touch()
    shutil.copy(path, anat)
    found = anatomy_of(raw, "01", derivatives_of(root, Path("fmriprep"), desc="preproc", masks=False), [raw], [])
    return SimpleNamespace(warnings=(found.error or "",), found=found)


DATASET_FILES = ("sub-01_ses-1_task-a_events.tsv", "sub-01_ses-1_coordsystem.json")


@lru_cache
def _parts_of_a_sheet():
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        seeds.spreadsheet(Path(folder))
        with zipfile.ZipFile(Path(folder) / "e.xlsx") as parts:
            return {name: parts.read(name) for name in parts.namelist()}


def packed_sheet(cells):
    """A spreadsheet whose first sheet has these cells."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as parts:
        for name, part in _parts_of_a_sheet().items():
            parts.writestr(name, cells if name == "xl/worksheets/sheet1.xml" else part)
    return content.getvalue()


def _fast_gzip(content):
    return gzip.compress(content, 1)


_VOLUME = ("volume_files", "volume_header", "volume_geometry", "volume_facts", "volume_voxels", "volume_lengths")
_MNE = (
    "recording_mne",
    "recording_child",
    "recording_confined",
    "confined",
    "confined_process",
    "confined_child",
    "recording",
)
_POSITIONS = ("electrodes", "tables", "table_text", "readers.position_columns")

READERS = {
    "volume": Reader(
        ("v.nii",),
        volume,
        (seeds.nifti1, seeds.nifti1_series, seeds.nifti1_colours, seeds.nifti2, seeds.nifti_gzip),
        (*_VOLUME, "volume", "volume_meaning"),
        _BINARY,
    ),
    "edf": Reader(
        ("r.edf",),
        recording,
        (seeds.edf, seeds.edf_with_gaps),
        ("edf", "edf_header", "edf_fields", "edf_signals", "edf_samples", "edf_annotations", "recording", "units"),
        (*_NUMBERS, b"EDF+D", b"EDF+C", b"EDF Annotations ", b"\x14\x14\0", b"\x15", b"+", b"uV      "),
    ),
    "bdf": Reader(
        ("r.bdf",),
        recording,
        (seeds.bdf,),
        ("edf", "edf_header", "edf_fields", "edf_signals"),
        (*_NUMBERS, b"BDF+D", b"Status"),
    ),
    "table": Reader(
        ("t.csv",),
        electrodes,
        (seeds.table_of_scanner_columns, seeds.table_without_header, seeds.table_of_pixels),
        ("readers.text_table", *_POSITIONS),
        _TABLE,
    ),
    "electrodes": Reader(
        ("sub-1_electrodes.tsv", "sub-1_coordsystem.json", "sub-1_task-a_channels.tsv", "sub-1_electrodes.json"),
        electrodes,
        (seeds.electrodes,),
        (*_POSITIONS, "json_file", "bids", "units", "values", "coordinate_system"),
        (*_TABLE, *_JSON, b"mm", b"pixels", b"MNI152NLin2009cAsym", b"status", b"bad"),
    ),
    "activity": Reader(
        ("a.tsv",), activity, (seeds.activity, seeds.activity_of_commas), ("activity", "sampling"), _TABLE
    ),
    "brainvision": Reader(
        ("r.vhdr", "r.vmrk", "r.eeg"),
        recording,
        (seeds.brainvision, seeds.brainvision_of_floats, seeds.brainvision_of_text),
        ("brainvision", "companions", "recording_length", *_MNE),
        (*_NUMBERS, b"DataFile=", b"MarkerFile=", b"$b", b"../", b"VECTORIZED", b"ASCII", b"[Comment]", b"Codepage="),
        most_mb=768,
        most_s=30,
    ),
    "slicer-points": Reader(("F.fcsv",), electrodes, (seeds.fcsv,), ("readers.slicer",), (*_TABLE, b"LPS", b"RAS")),
    "slicer-markups": Reader(
        ("F.mrk.json",), electrodes, (seeds.markups,), ("readers.slicer", "json_file"), (*_JSON, b"LPS", b"position")
    ),
    "mgrid": Reader(("g.mgrid",), electrodes, (seeds.mgrid,), ("readers.mgrid",), (*_NUMBERS, b"# Electrode 0 0")),
    "ielvis": Reader(("S.LEPTO", "S.electrodeNames"), electrodes, (seeds.ielvis,), ("readers.ielvis",), _TABLE),
    "freesurfer-points": Reader(
        ("control.dat",),
        electrodes,
        (seeds.control_points,),
        ("readers.freesurfer_points",),
        (*_NUMBERS, b"numpoints", b"useRealRAS"),
    ),
    "npy": Reader(
        ("a.npy",),
        activity,
        (seeds.npy, seeds.npy_of_whole_numbers),
        ("npy", "activity"),
        (
            *_NUMBERS,
            b"'<f8'",
            b"'|O'",
            b"'fortran_order': True",
            b"(1, 2)",
            b"10L",
            b"('<f8', 9)",
            b"\x02\0",
            b"\x03\0",
        ),
    ),
    "scene": Reader(
        ("s.toml",), read_scene_file, (seeds.scene, seeds.scene_of_sound), ("scene",), (*_TOML, b"corticast = ")
    ),
    "own-defaults": Reader(
        ("corticast/config.toml",), own_defaults, (seeds.own_defaults,), ("own_defaults", "user_folder"), _TOML
    ),
    "sound": Reader(
        ("s.wav",),
        sound,
        (seeds.wav, seeds.wav_of_floats, seeds.flac, seeds.ogg, seeds.aiff, seeds.au, seeds.caf, seeds.wav_of_adpcm),
        ("audio", "audio_file", "audio_libsndfile"),
        (*_BINARY, b"RIFF", b"RF64", b"data", b"fmt ", b"fact", b"OggS", b"fLaC", b"SSND", b"#EXTM3U"),
    ),
    "mgh": Reader(("v.mgh",), volume, (seeds.mgh, seeds.mgh_of_bytes), _VOLUME, _BINARY),
    "volume-pair": Reader(("v.hdr", "v.img"), volume, (seeds.nifti_pair, seeds.analyze), _VOLUME, _BINARY),
    "volume-gzip": Reader(("v.nii.gz",), volume, (seeds.nifti_plain_for_gzip,), _VOLUME, _BINARY, _fast_gzip),
    "values": Reader(("v.tsv", "v.json"), values, (seeds.values,), ("values", "json_file", "bids"), (*_TABLE, *_JSON)),
    "rename": Reader(("n.tsv",), names, (seeds.rename,), ("rename", "tables"), _TABLE),
    "sidecars": Reader(
        ("sub-1_task-a_ieeg.edf", "sub-1_task-a_channels.tsv", "sub-1_task-a_events.tsv"),
        recording,
        (seeds.edf_with_tables,),
        ("recording_sidecars", "bids", "units"),
        (*_TABLE, b"onset", b"duration", b"status", b"type", b"units", b"SEEG"),
    ),
    "dataset": Reader(
        DATASET_FILES, dataset, (seeds.dataset,), ("dataset", "companions", "bids"), (*_TABLE, *_JSON, b"../", b"C:\\")
    ),
    "derivative": Reader(
        ("sub-01_ses-1_desc-preproc_T1w.json",), derivative, (seeds.derivative,), ("derivatives", "json_file"), _JSON
    ),
    "picture": Reader(
        ("p.png",),
        cc.load_picture,
        (seeds.png, seeds.png_of_palette, seeds.png_of_16_bits, seeds.jpeg, seeds.jpeg_of_cmyk),
        ("picture",),
        (*_BINARY, b"IHDR", b"IDAT", b"PLTE", b"tRNS", b"eXIf", b"\xff\xc0", b"\xff\xe1"),
        most_mb=1200,
    ),
    "font": Reader(
        ("f.ttf",), read_face, (seeds.font,), ("font_file",), (*_BINARY, b"glyf", b"cmap", b"OTTO", b"fvar")
    ),
    "child-answer": Reader(
        ("a.bin",),
        answer,
        (seeds.answer, seeds.failure),
        ("confined_process",),
        (*_JSON, b"DataError", b'"error"', b"errors"),
    ),
    "spreadsheet": Reader(
        ("e.xlsx",),
        electrodes,
        (seeds.spreadsheet,),
        ("readers.spreadsheet", "table_child", "confined"),
        (b"PK\x01\x02", b"PK\x03\x04", *_BINARY),
        most_mb=768,
        most_s=30,
    ),
    "sheet": Reader(
        ("e.xlsx",),
        electrodes,
        (seeds.sheet_xml,),
        ("readers.spreadsheet", "table_child"),
        (*_NUMBERS, b"<c ", b"<row ", b"<v>", b"</v>", b't="s"', b't="inlineStr"', b't="d"', b"&#0;", b"<!ENTITY"),
        packed_sheet,
        most_mb=768,
        most_s=30,
    ),
    "img-pipe": Reader(
        ("E.mat",),
        electrodes,
        (seeds.img_pipe, seeds.img_pipe_compressed),
        ("readers.img_pipe", "table_child", "confined"),
        (*_BINARY, b"elecmatrix", b"eleclabels", b"anatomy", b"MATLAB 7.3"),
        most_mb=768,
        most_s=30,
    ),
    "eeglab": Reader(
        ("r.set", "r.fdt"), recording, (seeds.eeglab, seeds.eeglab_of_two_files), _MNE, _BINARY, most_mb=768, most_s=30
    ),
    "fif": Reader(("r_ieeg.fif",), recording, (seeds.fif,), ("fif_tags", *_MNE), _BINARY, most_mb=768, most_s=30),
    "montage": Reader(
        ("m-dig.fif",),
        electrodes,
        (seeds.montage,),
        ("readers.fif", "fif_child", "fif_tags"),
        _BINARY,
        most_mb=768,
        most_s=30,
    ),
    "head-transform": Reader(
        ("s-trans.fif",),
        transform,
        (seeds.transform,),
        ("head_transform", "fif_child"),
        _BINARY,
        most_mb=768,
        most_s=30,
    ),
    "persyst": Reader(
        ("r.lay", "p.dat"),
        recording,
        (seeds.persyst,),
        _MNE,
        (*_NUMBERS, b"File=", b"[ChannelMap]"),
        most_mb=768,
        most_s=30,
    ),
    "gdf": Reader(("r.gdf",), recording, (seeds.gdf,), _MNE, _BINARY, most_mb=768, most_s=30),
    "egi": Reader(("r.raw",), recording, (seeds.egi, seeds.egi_with_events), _MNE, _BINARY, most_mb=768, most_s=30),
    "nihon-kohden": Reader(
        ("r.EEG", "r.PNT", "r.21E", "r.LOG"), recording, (seeds.nihon_kohden,), _MNE, _BINARY, most_mb=768, most_s=30
    ),
    "nwb": Reader(
        ("r.nwb",),
        recording,
        (seeds.nwb,),
        ("recording_nwb", "hdf5_links", "recording_child", "recording_confined"),
        _BINARY,
        most_mb=768,
        most_s=30,
    ),
    "nwb-positions": Reader(
        ("e.nwb",), electrodes, (seeds.nwb_positions,), ("readers.nwb", "nwb_child"), _BINARY, most_mb=768, most_s=30
    ),
    "sound-ffmpeg": Reader(
        ("s.wav",), sound_by_ffmpeg, (seeds.mp3, seeds.wav, seeds.ogg), ("audio_ffmpeg", "audio"), _BINARY
    ),
}
