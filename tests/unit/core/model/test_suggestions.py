"""A slip in a name is met with the name that was meant, in every option that takes names."""

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.recordings import write_recording

import corticast as cc
from corticast.app.batch.dask_cluster import Cluster
from corticast.audio import devices
from corticast.bench.runner import select
from corticast.core.color import colormaps, themes
from corticast.core.model import run_options
from corticast.core.model.columns import columns_of
from corticast.core.model.encoder import EncoderOptions
from corticast.core.model.kinds import SIZES, Choice, Either, FrameSize, Names, Patterns, Text
from corticast.core.model.layout_kind import LayoutKind
from corticast.core.model.layouts import LAYOUTS
from corticast.core.model.options import table_of
from corticast.core.model.scene_file import SceneFile
from corticast.core.model.types import PlacedElectrodes
from corticast.core.suggest import closest
from corticast.dsp.assignment import rows_by
from corticast.errors import CorticastError, OptionError
from corticast.gl.context import check_backend
from corticast.io.dataset import film_inputs
from corticast.io.derivatives import derivatives_of
from corticast.video.formats import film_format

CLASSES = [SceneFile, *(each for name, each in vars(run_options).items() if re.fullmatch("[A-Z].*Options", name))]
OPTIONS = {name: option for cls in CLASSES for name, option in table_of(cls).items()}


def names_of(kind):
    """Names that the table knows of an option's values."""
    match kind:
        case Either(other=Patterns()):
            # Any text may be the name of a contact.
            return ()
        case Choice() | Names() | Either():
            return kind.names
        case FrameSize():
            return tuple(SIZES)
        case LayoutKind():
            return tuple(LAYOUTS)
    return ()


NAMED = [(option, name) for option, each in OPTIONS.items() for name in names_of(each.kind) if len(name) > 2]


def slips(name):
    """Words that a hand makes of a name: a letter twice, two letters swapped, one left out, one taken for another."""
    for k in range(len(name)):
        yield name[: k + 1] + name[k:]
        if k:
            yield name[: k - 1] + name[k] + name[k - 1] + name[k + 1 :]
        if len(name) > 3:
            yield name[:k] + name[k + 1 :]
            yield name[:k] + ("j" if name[k].isalpha() else name[k]) + name[k + 1 :]


@pytest.mark.parametrize(("option", "name"), NAMED)
def test_an_option_with_names_asks_for_the_name_that_was_meant(option, name):
    names = names_of(OPTIONS[option].kind)
    others = [each for each in names if each != name]
    for wrong in set(slips(name)) - {*names}:
        with pytest.raises(OptionError) as caught:
            OPTIONS[option].read(option, wrong)
        # A slip may be as near to another name: none and nose.
        if not any(wrong in slips(each) for each in others):
            assert f"did you mean {name}?" in str(caught.value)


@pytest.mark.parametrize("option", dict.fromkeys(option for option, _ in NAMED))
def test_an_unlike_word_is_met_with_the_names_alone(option):
    with pytest.raises(OptionError) as caught:
        OPTIONS[option].read(option, "qqqqqq")
    assert "did you mean" not in str(caught.value)
    assert all(name in str(caught.value) for of, name in NAMED if of == option)


ELECTRODES = cc.Electrodes(["LA1", "RB1"], [[0.0, 0, 0], [9, 9, 9]], columns={"hemisphere": ("L", "R")})


def scene(**values):
    volume = cc.Volume(np.zeros((4, 4, 4), np.uint8, order="F"), np.eye(4))
    return cc.Scene(volume=volume, electrodes=ELECTRODES, **values)


def film(**encoding):
    film_format("a.mp4", size=(64, 64), fps=Fraction(30), encoding=EncoderOptions(**encoding))


def dataset(folder):
    for name in ("sub-alice/ses-before/anat/sub-alice_ses-before_T1w.nii", "sub-bob/anat/sub-bob_T1w.nii"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).touch()
    return folder


def derivatives(folder, desc, space=None):
    path = folder / "derivatives/prep/sub-1/anat/sub-1_space-MNI152_desc-preproc_T1w.nii.gz"
    path.parent.mkdir(parents=True)
    path.touch()
    derivatives_of(folder, Path("prep"), desc=desc, space=space)


def series(folder):
    pytest.importorskip("pynwb")
    write_recording(folder / "a.nwb", np.zeros((2, 10)), ("LA1", "LA2"), 100)
    cc.load_recording(folder / "a.nwb", series="ElectricalSreies")


# Options whose names are known to a file, a machine or a library: a slip, and the name that was meant.
ELSEWHERE = {
    "cmap": (lambda _: colormaps.table("viridsi"), "viridis"),
    "electrode_cmap": (lambda _: colormaps.table("gary", "--electrode-cmap"), "gray"),
    "background": (lambda _: themes.color("whiet"), "white"),
    "encoder": (lambda _: film(encoder="softwaer"), "software"),
    "preset": (lambda _: film(preset="ultrafats"), "ultrafast"),
    "assign": (lambda _: rows_by("hieght", PlacedElectrodes(ELECTRODES, ELECTRODES.pos), 2), "height"),
    "color_by": (lambda _: columns_of(scene(color_by="hemispher")), "hemisphere"),
    "size_by": (lambda _: columns_of(scene(size_by="hemisphree")), "hemisphere"),
    "names": (lambda _: scene(names="rgoup"), "group"),
    "select": (lambda _: scene(select="AL1"), "LA1"),
    "exclude": (lambda _: scene(exclude="BR*"), "RB*"),
    "dask": (lambda _: Cluster("slrum", 1, lambda *_: None), "slurm"),
    "device": (lambda _: devices.choose_device("Webcma"), "Webcam"),
    "participant_label": (lambda folder: film_inputs(dataset(folder), subjects=["alcie"]), "alice"),
    "session": (lambda folder: film_inputs(dataset(folder), sessions=["befroe"]), "before"),
    "desc": (lambda folder: derivatives(folder, "preprco"), "preproc"),
    "derivatives_space": (lambda folder: derivatives(folder, "preproc", "MNI153"), "MNI152"),
    "series": (series, "ElectricalSeries"),
    "task": (lambda folder: film_inputs(dataset(folder), tasks=["nap"]), None),
}
# Texts of the user's own.
ANY = {"title", "caption", "bar_title", "sheet"}


@pytest.mark.parametrize("option", ELSEWHERE)
def test_an_option_whose_names_are_elsewhere_asks_too(option, tmp_path, monkeypatch):
    webcam = devices.AudioDevice(0, "Webcam", "PulseAudio", 1, 16000.0, False, True, "webcam")
    monkeypatch.setattr(devices, "_server_devices", lambda _: [webcam])
    monkeypatch.setattr(devices, "_ask_portaudio", list)
    meet, meant = ELSEWHERE[option]
    with pytest.raises(CorticastError, match=rf"did you mean {re.escape(str(meant))}\?" if meant else "give one of"):
        meet(tmp_path)


def test_every_option_that_takes_a_text_is_tried():
    texts = {name for name, each in OPTIONS.items() if isinstance(each.kind, (Text, Patterns))}
    texts |= {name for name, each in OPTIONS.items() if isinstance(getattr(each.kind, "other", None), Patterns)}
    assert texts == ELSEWHERE.keys() | ANY


def test_other_words_of_a_command_line_ask_too():
    with pytest.raises(OptionError, match="did you mean drawing"):
        select(["drawnig"])
    with pytest.raises(OptionError, match=r"backend egl2: did you mean egl\?"):
        check_backend("egl2")


@pytest.mark.parametrize(
    ("wrong", "names", "meant"),
    [
        *[("drak", ["dark", "light"], "dark"), ("disk", ["disc", "ring"], "disc"), ("mpi", ["mip"], "mip")],
        *[("LB1", ["LA1"], None), ("A102", ["A112"], None), ("mop", ["mip"], None), ("dkra", ["dark"], None)],
    ],
)
def test_a_slip_of_a_short_word(wrong, names, meant):
    assert closest(wrong, names) == meant
