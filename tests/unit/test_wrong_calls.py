"""Wrong calls from Python: each gets one line that names the argument, the value and the values that are wanted.

Every case is what people do: metres for millimetres, samples by channels for channels by samples, a path where an
object is due, None, NaN, an empty array, a misspelt keyword. `python -m tests.unit.test_wrong_calls` prints the table.
"""

import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import corticast as cc
from corticast.errors import InputError

# Words of pydantic, NumPy, ctypes, Python and the system's libraries, which say nothing to a neuroscientist.
FOREIGN = (
    "Input should be", "validation error", "pydantic", "type=", "unable to parse", "valid number",
    "array_like", "inhomogeneous", "could not be broadcast", "ufunc", "dtype(", "cannot reshape", "setting an array",
    "could not convert", "invalid literal", "for int() with base", "unsupported operand", "not supported between",
    "object is not", "is not iterable", "not subscriptable", "unhashable",
    "positional argument", "unexpected keyword", "missing 1 required", "must be str", "must be real",
    "cannot unpack", "not enough values", "too many values", "truth value", "expected str, bytes", "os.PathLike",
    "cannot be interpreted", "an integer is required", "argument must be", "ctypes", "c_int", "c_void", "Argument 1",
    "argument of type", "index out of",
    "out of bounds", "codec can't", "__", "<", "Errno", "NoneType", "NotImplemented",
)  # fmt: skip


def volume():
    return cc.Volume(np.zeros((4, 5, 6), np.int16, order="F"), np.diag([2.0, 2, 2, 1]))


def sound():
    return cc.SampledSound(np.sin(np.arange(9000, dtype=np.float32))[None], 22050)


def recording():
    rows = np.random.default_rng(5).normal(size=(3, 4000))
    return cc.Recording.of_array(rows, 1000.0, ("A1", "A2", "A3"), unit="V")


def contacts():
    return cc.Electrodes(("A1", "A2", "A3"), np.array([[0.0, 0, 0], [30, 0, 0], [30, 30, 0]]))


def scene():
    return cc.Scene(electrodes=contacts())


def activity():
    return cc.Activity(np.ones((2, 8), np.float32), 4.0, np.array([0, 1, -1]))


ROWS = np.ones((2, 30))
DIAGONAL = np.diag([2.0, 2, 2, 1])
SHIFTED = np.array([[1.0, 0, 0, 9], [0, 1, 0, 9], [0, 0, 1, 9], [0, 0, 0, 1]])
NAN = float("nan")
THERE = Path(__file__)
FOLDER = str(Path(__file__).parent)

NAMES = {
    "cc": cc,
    "np": np,
    "replace": replace,
    "Path": Path,
    "volume": volume,
    "sound": sound,
    "recording": recording,
    "contacts": contacts,
    "scene": scene,
    "activity": activity,
    "ROWS": ROWS,
    "DIAGONAL": DIAGONAL,
    "SHIFTED": SHIFTED,
    "NAN": NAN,
    "THERE": THERE,
    "FOLDER": FOLDER,
    "DRIVE": SimpleNamespace(activity=lambda electrodes: None),
}
# The call, the argument that the message names, and parts of the value that came and of the values that are wanted.
CASES = [
    ("cc.ArrayDrive(ROWS, 10, None).activity(contacts())", "electrodes", "Electrodes", "PlacedElectrodes"),
    ("cc.PostDrive(sound()).activity(None)", "electrodes", "None", "PlacedElectrodes"),
    ("cc.frame(cc.Scene(electrodes=contacts(), drive=DRIVE), 0)", "drive", "None", "Activity"),
    ("cc.LogBands().weights(44100, 0)", "n_fft", "0", "1 or more"),
    ("cc.LogBands().n_below(None)", "nyquist_hz", "None", "above 0"),
    ("cc.load_audio('a' + chr(0))", "path", "a", "WAV"),
    ("list(sound().blocks(0))", "block_size", "0", "1 or more"),
    ("cc.dsp.Stft(8000)(np.ones((0, 5)))", "samples", "no channel", "n_channels"),
    # Scenes, pictures and films
    ("cc.load_scene(3)", "path", "3", "scene.toml"),
    ("cc.load_scene(None)", "path", "None", "scene.toml"),
    ("cc.load_scene('')", "path", "", "scene.toml"),
    ("cc.load_scene()", "path", "missing", "give path"),
    ("cc.load_scene('a.toml', overwrite=True)", "overwrite", "load_scene", "path"),
    ("cc.load_scene('absent.toml')", "absent.toml", "no such file", "save_scene"),
    ("scene().save(3)", "path", "3", "scene.toml"),
    ("scene().save(None)", "path", "None", "scene.toml"),
    ("scene().save()", "path", "missing", "give path"),
    ("scene().save('a.toml', True)", "path", "2 values", "overwrite by name"),
    ("scene().save('a.toml', overwrite='yes')", "overwrite", "yes", "True or False"),
    ("scene().save('a.toml', force=True)", "force", "save", "overwrite"),
    ("scene().save('a.toml')", "electrodes", "in memory", "load"),
    ("cc.save_frame(scene(), 3)", "path", "3", "figure.png"),
    ("cc.save_frame(scene(), 'a.png', dpi='fine')", "dpi", "fine", "300"),
    ("cc.save_frame(scene(), 'a.png', width_mm=NAN)", "width_mm", "nan", "180mm"),
    ("cc.save_frame(scene(), 'a.png', width=180)", "width", "save_frame", "width_mm"),
    ("cc.Scene()", "volume", "", "electrodes"),
    ("cc.Scene(volum=volume())", "volum", "", "volume"),
    ("cc.Scene(volume='T1w.nii.gz')", "volume", "T1w.nii.gz", "load_volume"),
    ("cc.Scene(volume=np.ones((4, 4, 4)))", "volume", "", "load_volume"),
    ("cc.Scene(volume())", "volume", "", ""),
    ("cc.Scene(volume=volume(), electrodes=[[1, 2, 3]])", "electrodes", "1", "load_electrodes"),
    ("cc.Scene(electrodes=contacts(), drive=sound())", "drive", "SampledSound", "AudioDrive"),
    ("cc.Scene(volume=volume(), audio='song.wav')", "audio", "song.wav", "load_audio"),
    ("cc.Scene(volume=volume(), image=cc.Picture(np.ones((4, 4, 3), np.uint8)))", "image", "", "leave"),
    ("cc.Scene(volume=volume(), layout='axail')", "layout", "axail", "axial"),
    ("cc.Scene(volume=volume(), layout=None)", "layout", "None", "axial"),
    ("cc.Scene(volume=volume(), plane_mm=(1, 2))", "plane_mm", "1", "X,Y,Z"),
    ("cc.Scene(volume=volume(), plane_mm=(1, 2, NAN))", "plane_mm", "nan", "X,Y,Z"),
    ("cc.Scene(volume=volume(), plane_mm=5)", "plane_mm", "5", "X,Y,Z"),
    ("cc.Scene(volume=volume(), window=(80, 0))", "window", "80", "low"),
    ("cc.Scene(volume=volume(), window='bright')", "window", "bright", "robust"),
    ("cc.Scene(volume=volume(), window=None)", "window", "None", "robust"),
    ("cc.Scene(volume=volume(), interpolation=1)", "interpolation", "1", "linear"),
    ("cc.Scene(volume=volume(), cmap=3)", "cmap", "3", ""),
    ("cc.Scene(volume=volume(), cmap='vridis')", "cmap", "vridis", "did you mean viridis?"),
    ("cc.Scene(electrodes=contacts(), electrode_cmap='infern')", "electrode_cmap", "infern", "did you mean inferno?"),
    ("cc.Scene(volume=volume(), background='blak')", "background", "blak", "did you mean black?"),
    ("cc.Scene(volume=volume(), labels=['clok'])", "labels", "clok", "clock"),
    ("cc.Scene(volume=volume(), title=5)", "title", "5", "text"),
    ("cc.Scene(volume=volume(), sonify='yes')", "sonify", "yes", ""),
    ("cc.Scene(electrodes=contacts(), electrode_size=(40, 6))", "electrode_size", "40", "smaller"),
    ("cc.Scene(electrodes=contacts(), electrode_size=6)", "electrode_size", "6", "MIN,MAX"),
    ("cc.Scene(volume=volume(), electrodes=contacts(), electrode_depth=-1)", "electrode_depth", "-1", ""),
    ("cc.Scene(volume=volume(), spin=NAN, layout='3d')", "spin", "nan", ""),
    ("cc.activity('scene.toml')", "scene", "scene.toml", "load_scene"),
    ("cc.activity(scene(), duration=1)", "electrodes", "", "move"),
    ("cc.activity(scene(), start='soon')", "start", "soon", "seconds"),
    ("cc.frame()", "scene", "", ""),
    ("cc.frame(None)", "scene", "None", "a Scene"),
    ("cc.frame('scene.toml')", "scene", "scene.toml", "load_scene"),
    ("cc.frame(volume())", "scene", "Volume", "a Scene"),
    ("cc.frame(scene(), 'now')", "time", "now", "seconds"),
    ("cc.frame(scene(), NAN)", "time", "nan", "seconds"),
    ("cc.frame(scene(), 0, (640, 360))", "size", "3 values", "by name"),
    ("cc.frame(scene(), size=640)", "size", "640", "width"),
    ("cc.frame(scene(), size='640x360')", "size", "640x360", "width"),
    ("cc.frame(scene(), size=(640, 360, 3))", "size", "360", "width"),
    ("cc.frame(scene(), size=(640.5, 360))", "size", "640.5", "width"),
    ("cc.frame(scene(), size=(0, 360))", "size", "0x360", "1 pixel"),
    ("cc.frame(scene(), size=None)", "size", "None", "width"),
    ("cc.frame(scene(), fps=0)", "fps", "0", "rate"),
    ("cc.frame(scene(), fps=None)", "fps", "None", "rate"),
    ("cc.frame(scene(), duration=-1)", "duration", "-1", "above 0"),
    ("cc.frame(scene(), frames=2.5)", "frames", "2.5", "whole"),
    ("cc.frame(scene(), speed='fast')", "speed", "fast", "factor"),
    ("cc.frame(scene(), start=None)", "start", "None", "seconds"),
    ("cc.frame(scene(), gpu='first')", "gpu", "first", "whole"),
    ("cc.frame(scene(), backend='vulkan')", "backend", "vulkan", "egl"),
    ("cc.frame(scene(), backend=None)", "backend", "None", "egl"),
    ("cc.frame(scene(), threads=0)", "threads", "0", "1 or more"),
    ("cc.frame(scene(), threads=True)", "threads", "True", "1 or more"),
    ("cc.render(scene(), 'a.mp4', flash_limit='off')", "flash_limit", "off", "True or False"),
    ("cc.frame(scene(), sizes=(4, 4))", "sizes", "", "size"),
    ("cc.render(scene())", "path", "", ""),
    ("cc.render('film.mp4', scene())", "scene", "film.mp4", "a Scene"),
    ("cc.render(scene(), None)", "path", "None", ".mp4"),
    ("cc.render(scene(), 5, duration=1)", "path", "5", ".mp4"),
    ("cc.render(scene(), 'film.avi', duration=1)", "film.avi", "", ".mp4"),
    ("cc.render(scene(), 'film.mp4', 25)", "path", "3 values", "fps"),
    ("cc.render(scene(), 'corticast.mp4', duration=1, crf='good')", "crf", "good", ""),
    ("cc.render(scene(), 'corticast.mp4', duration=1, codec=264)", "codec", "264", ""),
    ("cc.render(scene(), 'corticast.mp4', duration=1, preset=5)", "preset", "5", ""),
    ("cc.render(scene(), 'corticast.mp4', duration=1, encoder=None)", "encoder", "None", "software"),
    ("cc.render(scene(), 'corticast.mp4', duration=1, overwrite='no')", "overwrite", "no", "True or False"),
    ("cc.render(scene(), 'corticast.mp4', duration=1, progress=True)", "progress", "True", "function"),
    ("cc.render(scene(), 'corticast.mp4', duration=1, profile=7)", "profile", "7", ".json"),
    ("cc.render(scene(), 'corticast.mp4', duration=1, bitrate=5)", "bitrate", "", "crf"),
    ("cc.panels(None)", "scene", "None", "a Scene"),
    ("cc.panels(scene(), (640, 360))", "size", "2 values", "by name"),
    ("cc.panels(scene(), size='big')", "size", "big", "width"),
    ("cc.activity(scene(), duration=1)", "electrodes", "", "sound"),
    ("cc.activity(None)", "scene", "None", "a Scene"),
    ("cc.sheet(scene(), 'sheet.png')", "volume", "", "sheet"),
    ("cc.sheet(None, 'sheet.png')", "scene", "None", "a Scene"),
    ("cc.sheet(cc.Scene(volume=volume()), None)", "path", "None", ".png"),
    ("cc.sheet(cc.Scene(volume=volume()), 'sheet.png', plane='z')", "plane", "z", "axial"),
    ("cc.sheet(cc.Scene(volume=volume()), 'sheet.png', slices='all')", "slices", "all", "1 to"),
    ("cc.sheet(cc.Scene(volume=volume()), 'sheet.png', slices=0)", "slices", "0", "1 to"),
    ("cc.sheet(cc.Scene(volume=volume()), 'sheet.png', size=(9,))", "size", "9", "width"),
    ("cc.show(None)", "scene", "None", "a Scene"),
    ("cc.show(scene(), tim=3)", "tim", "", "time"),
    ("cc.load_volume(None)", "source", "None", "NIfTI"),
    ("cc.load_volume(3)", "source", "3", "NIfTI"),
    ("cc.load_volume('')", "source", "''", "NIfTI"),
    ("cc.load_volume(np.ones((4, 4, 4)))", "source", "(4, 4, 4)", "Volume.from_array"),
    ("cc.load_volume('no.nii')", "no.nii", "", ""),
    ("cc.load_volume(FOLDER)", "unit", "", ""),
    ("cc.load_volume(THERE, time_index='one')", "time_index", "one", "number"),
    ("cc.load_volume(THERE, time_index=0.5)", "time_index", "0.5", "number"),
    ("cc.load_volume(THERE, space=4)", "space", "4", "BIDS"),
    ("cc.load_volume(THERE, time_indx=0)", "time_indx", "", "time_index"),
    ("cc.Volume([[[1]]], DIAGONAL)", "voxels", "list", "(nx, ny, nz)"),
    ("cc.Volume(np.ones((4, 4)), DIAGONAL)", "voxels", "(4, 4)", "(nx, ny, nz)"),
    ("cc.Volume(np.ones((4, 4, 4, 9)), DIAGONAL)", "voxels", "(4, 4, 4, 9)", "(nx, ny, nz)"),
    ("cc.Volume(np.ones((2, 2, 2), complex), DIAGONAL)", "voxels", "complex", "real"),
    ("cc.Volume(np.ones((0, 4, 4)), DIAGONAL)", "voxels", "(0, 4, 4)", "(nx, ny, nz)"),
    ("cc.Volume(DIAGONAL, np.ones((4, 4, 4)))", "voxels", "(4, 4)", "(nx, ny, nz)"),
    ("cc.Volume(np.ones((4, 4, 4)))", "affine", "", ""),
    ("cc.Volume(np.ones((4, 4, 4)), None)", "affine", "None", "(4, 4)"),
    ("cc.Volume(np.ones((4, 4, 4)), np.eye(3))", "affine", "(3, 3)", "(4, 4)"),
    ("cc.Volume(np.ones((4, 4, 4)), DIAGONAL * NAN)", "affine", "NaN", "(4, 4)"),
    ("cc.Volume(np.ones((4, 4, 4)), np.diag([1.0, 1, 0, 1]))", "affine", "1 x 1 x 0 mm", "(4, 4)"),
    (
        "cc.Volume(np.ones((4, 4, 4)), SHIFTED.T)",
        "affine",
        "",
        "last row",
    ),
    ("cc.Volume(np.ones((4, 4, 4)), DIAGONAL, slope=NAN)", "slope", "nan", "factor"),
    ("cc.Volume.from_array([['a']], DIAGONAL)", "values", "", "(nx, ny, nz)"),
    ("cc.Volume.from_array([[1], [1, 2]], DIAGONAL)", "values", "list of 2", "real"),
    ("cc.load_electrodes(None)", "source", "None", "positions file"),
    ("cc.load_electrodes(np.ones((4, 3)))", "source", "(4, 3)", "Electrodes("),
    ("cc.load_electrodes(THERE, space='mni')", "space", "mni", "world"),
    ("cc.load_electrodes(THERE, channels=['A1'])", "channels", "A1", "channels.tsv"),
    ("cc.Electrodes(('A1',))", "pos", "", ""),
    ("cc.Electrodes(tuple('ABCDE'), np.ones((3, 5)))", "pos", "(3, 5)", "(n, 3)"),
    ("cc.Electrodes(('A1',), [1, 2, 3])", "pos", "(3,)", "(n, 3)"),
    ("cc.Electrodes(('A1',), [['1', '2', '3']])", "pos", "", "(n, 3)"),
    ("cc.Electrodes(('A1',), [[1, 2, np.inf]])", "pos", "infinite", "NaN"),
    ("cc.Electrodes(('A1',), np.ones((2, 3)))", "names", "1 text", "2 rows"),
    ("cc.Electrodes('A1', np.ones((2, 3)))", "names", "A1", "2 rows"),
    ("cc.Electrodes((1, 2), np.ones((2, 3)))", "names", "1", "texts"),
    ("replace(contacts(), bad=['A1'])", "bad", "", "(3,) bool"),
    ("replace(contacts(), bad=np.array([True]))", "bad", "(1,)", "(3,) bool"),
    ("replace(contacts(), space='metres')", "space", "metres", "world"),
    ("replace(contacts(), columns={'size': ('1',)})", "size", "1 text", "3"),
    ("cc.panels(cc.Scene(electrodes=replace(contacts(), pos=contacts().pos / 1e5)))", "pos", "0.0003 mm", "1000"),
    ("cc.panels(cc.Scene(electrodes=replace(contacts(), pos=contacts().pos * 1e6 + 5e7)))", "pos", "mm", "1000"),
    ("cc.load_picture(np.ones((4, 4, 3), np.uint8))", "path", "(4, 4, 3)", "Picture("),
    ("cc.Picture(np.ones((4, 4), np.uint8))", "pixels", "(4, 4)", "(height, width, 3)"),
    ("cc.Picture(np.ones((4, 4, 3)))", "pixels", "float64", "uint8"),
    ("cc.load_audio(np.ones(9))", "path", "(9,)", "SampledSound("),
    ("cc.load_audio(b'')", "path", "b''", "WAV"),
    ("cc.SampledSound(np.ones(9, np.float32), 8000)", "samples", "(9,)", "n_channels"),
    ("cc.SampledSound(np.ones((9, 2), np.float32), 8000)", "samples", "(9, 2)", "(n_channels, n_samples)"),
    ("cc.SampledSound(np.ones((2, 9), np.int16), 8000)", "samples", "int16", "float32"),
    ("cc.SampledSound(np.full((1, 9), NAN), 8000)", "samples", "9 values are NaN", "float32"),
    ("replace(sound(), sample_rate=22050.5)", "sample_rate", "22050.5", "whole"),
    ("cc.SampledSound(np.ones((1, 9), np.float32))", "sample_rate", "", ""),
    ("cc.load_recording(ROWS)", "source", "(2, 30)", "Recording.of_array"),
    ("cc.load_recording(None)", "source", "None", ".edf"),
    ("cc.Recording.of_array(ROWS.T, 100.0, ('A', 'B'))", "names", "2 texts", "30 rows"),
    ("cc.Recording.of_array(ROWS[0], 100.0, ('A',))", "values", "(30,)", "n_channels"),
    ("cc.Recording.of_array(ROWS, 0, ('A', 'B'))", "sample_rate", "0", "above 0"),
    ("cc.Recording.of_array(ROWS, ('A', 'B'), 100.0)", "names", "100", "2 rows"),
    ("cc.Recording.of_array(ROWS, 100.0, ('A', 'A'))", "A", "", ""),
    ("cc.Recording.of_array(np.ones((2, 0)), 100.0, ('A', 'B'))", "values", "(2, 0)", "real"),
    ("cc.ArrayDrive(ROWS[0], 10, None)", "values", "(30,)", "(n_channels, n_samples)"),
    ("cc.ArrayDrive(ROWS.T, 10, ['A', 'B'])", "names", "2 texts", "30 rows"),
    ("cc.ArrayDrive([['a', 'b']], 10, None)", "values", "", "real"),
    ("cc.ArrayDrive(None, 10, None)", "values", "None", "real"),
    ("cc.ArrayDrive(np.ones((2, 0)), 10, None)", "values", "(2, 0)", "real"),
    ("cc.ArrayDrive(ROWS * 1j, 10, None)", "values", "complex", "real"),
    ("cc.ArrayDrive(ROWS, -10, None)", "sample_rate", "-10", "above 0"),
    ("cc.ArrayDrive(ROWS, NAN, None)", "sample_rate", "nan", "above 0"),
    ("cc.ArrayDrive(ROWS, '10 Hz', None)", "sample_rate", "10 Hz", "above 0"),
    ("cc.ArrayDrive(ROWS, 10, 'AB')", "names", "AB", "2 rows"),
    ("cc.ArrayDrive(ROWS, 10, ['A', 'A'])", "names", "A", "its own"),
    ("cc.ArrayDrive(ROWS, 10)", "names", "", ""),
    ("cc.ArrayDrive(ROWS, 10, None, start_s=None)", "start_s", "None", "seconds"),
    ("cc.ArrayDrive(ROWS, 10, None, full_scale=0)", "full_scale", "0", "above 0"),
    ("cc.ArrayDrive(ROWS, samplerate=10, names=None)", "samplerate", "", "sample_rate"),
    ("cc.AudioDrive('song.wav')", "audio", "song.wav", "load_audio"),
    ("cc.AudioDrive(np.ones(9))", "audio", "(9,)", "SampledSound"),
    ("cc.AudioDrive(sound(), bands=(400, 6000, 10))", "bands", "400,6000,10", "LogBands("),
    ("cc.AudioDrive(sound(), smoothing_hz='none')", "smoothing_hz", "none", "0.01"),
    ("cc.AudioDrive(sound(), smoothing_hz=NAN)", "smoothing_hz", "nan", "0.01"),
    ("cc.AudioDrive(sound(), scale='loud')", "scale", "loud", "global"),
    ("cc.AudioDrive(sound(), array='torch')", "array", "torch", "cupy"),
    ("cc.AudioDrive(sound(), assign=2)", "assign", "2", "height"),
    ("cc.AudioDrive(sound(), bands=cc.LogBands(12000, 20000, 3))", "bands", "11025", "lower"),
    ("cc.PostDrive(Path('song.wav'))", "audio", "Path", "load_audio"),
    ("cc.LogBands(6000, 400, 10)", "hi", "400", "6000"),
    ("cc.LogBands(0, 6000, 10)", "lo", "0", "above 0"),
    ("cc.LogBands('400', '6000', 10)", "lo", "400", "Hz"),
    ("cc.LogBands(400, 6000, 2.5)", "n", "2.5", "number of bands"),
    ("cc.LogBands(400, 6000, 0)", "n", "0", "1 or more"),
    ("cc.LogBands(400, 6000, 10, 2)", "lo, hi, n", "4 values", ""),
    ("cc.HighGammaDrive('rec.edf')", "recording", "rec.edf", "load_recording"),
    ("cc.HighGammaDrive(ROWS)", "recording", "(2, 30)", "Recording.of_array"),
    ("cc.HighGammaDrive(recording(), 'car')", "reference", "car", "bipolar"),
    ("cc.HighGammaDrive(recording(), high_gamma=70)", "high_gamma", "70", "LO,HI"),
    ("cc.HighGammaDrive(recording(), high_gamma=(150, 70))", "high_gamma", "150,70", "LO,HI"),
    ("cc.HighGammaDrive(recording(), baseline=(None, 0))", "baseline", "", "START,END"),
    ("cc.HighGammaDrive(recording(), baseline=(0, 500))", "baseline", "0,500", "4 s"),
    ("cc.HighGammaDrive(recording(), baseline='nothing')", "baseline", "nothing", "or none"),
    ("cc.HighGamma(baseline_s='nothing')", "baseline_s", "nothing", "none"),
    ("cc.HighGammaDrive(recording(), line_hz='50')", "line_hz", "50", "auto"),
    ("cc.HighGammaDrive(recording(), threads=0)", "threads", "0", "1 or more"),
    ("cc.HighGammaDrive(recording(), steps=abs)", "steps", "", "HighGamma"),
    ("cc.HighGamma(smooth=5.0)", "smooth", "5", "function"),
    ("cc.VoltageDrive(cc.ArrayDrive(ROWS, 10, None))", "recording", "ArrayDrive", "load_recording"),
    ("cc.VoltageDrive(recording(), full_scale=-1)", "full_scale", "-1", "above 0"),
    ("replace(activity(), values=np.ones(8))", "values", "(8,)", "(n_rows, n_columns)"),
    ("replace(activity(), column_rate_hz=0)", "column_rate_hz", "0", "above 0"),
    ("replace(activity(), row_of_contact=np.array([0, 5]))", "row_of_contact", "5", "-1 to 1"),
    ("replace(activity(), row_of_contact=['A'])", "row_of_contact", "A", "whole"),
    ("cc.dsp.Stft('44100')", "sample_rate", "44100", "above 0"),
    ("cc.dsp.Stft()", "sample_rate", "", ""),
    ("cc.dsp.Stft(8000, n_fft=2.5)", "n_fft", "2.5", "1 or more"),
    ("cc.dsp.Stft(8000, hop_length=0)", "hop_length", "0", "1 or more"),
    ("cc.dsp.Stft(8000, window='hanning window')", "window", "hanning window", "hann"),
    ("cc.dsp.Stft(8000, window=None)", "window", "None", "hann"),
    ("cc.dsp.Stft(8000)(np.ones((2, 3, 4)))", "samples", "(2, 3, 4)", "(n_channels, n_samples)"),
    ("cc.dsp.Stft(8000)(['a'])", "samples", "", "real"),
    ("cc.dsp.Stft(8000)(None)", "samples", "None", "real"),
    ("cc.dsp.Stft(8000)([[1], [1, 2]])", "samples", "list of 2", "real"),
    ("cc.dsp.StreamingStft(8000)", "stft", "8000", "Stft"),
    ("cc.dsp.StreamingStft(cc.dsp.Stft(8000), 0)", "n_channels", "0", "1 or more"),
    ("cc.dsp.StreamingStft(cc.dsp.Stft(8000), 2).push(np.ones((3, 9)))", "block", "3 channels", "2 channels"),
    ("cc.dsp.Sonified(cc.ArrayDrive(ROWS, 10, None), contacts())", "activity", "ArrayDrive", "Activity"),
]


def check(message, argument, came, wanted):
    assert "\n" not in message
    assert len(message) < 400
    assert not [words for words in FOREIGN if words in message], message
    assert re.search(rf"(?<![\w]){re.escape(argument)}(?!\w)", message), message
    assert came in message, message
    assert wanted in message, message


@pytest.mark.parametrize(("call", "argument", "came", "wanted"), CASES)
def test_a_wrong_call_gets_one_line(call, argument, came, wanted, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        eval(call, NAMES)
    check(str(caught.value), argument, came, wanted)


def main():
    """Print the table, as Markdown."""
    sys.stdout.write("| call | message |\n| --- | --- |\n")
    for call, *_ in CASES:
        try:
            eval(call, NAMES)
            message = "**no error**"
        except BaseException as error:
            kind = "" if isinstance(error, InputError) else f"**{type(error).__name__}** "
            message = kind + str(error)
        line = " ".join(message.split()).replace("|", "\\|").replace(os.getcwd() + "/", "")
        sys.stdout.write(f"| `{call}` | {line} |\n")


if __name__ == "__main__":
    main()
