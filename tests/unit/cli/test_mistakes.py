"""Options that are misspelt, given twice, or do nothing: one line each, and status 2."""

from importlib.metadata import version

import nibabel as nib
import numpy as np
import pytest
from tests.unit.cli.running import run

from corticast.cli import bench, cmap, config, demo, doctor, frame, info, live, render, spectrogram
from corticast.cli.options import SCENE
from corticast.core.model.options import flag_of, table_of
from corticast.core.model.run_options import MachineOptions, OutputOptions

# A scene of this version has no warnings of changed defaults.
CURRENT = f'corticast = "{version("corticast")}"\n'


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A folder with inputs of all kinds."""
    import soundfile

    monkeypatch.chdir(tmp_path)
    nib.Nifti1Image(np.arange(512, dtype=np.int16).reshape(8, 8, 8), np.eye(4)).to_filename("T1w.nii")
    (tmp_path / "e.tsv").write_text("name\tx\ty\tz\nA1\t2\t3\t4\nA2\t5\t3\t4\n")
    heads = [tmp_path / f"dataset/sub-{k}/anat/sub-{k}_T1w.nii" for k in (1, 2)]
    for head in heads:
        head.parent.mkdir(parents=True)
        head.touch()
    (tmp_path / "p.tsv").write_text("name\tx_2d\ty_2d\nA1\t2\t3\nA2\t5\t3\n")
    (tmp_path / "a.tsv").write_text("time\tA1\tA2\n0\t1\t0\n1\t0\t1\n")
    (tmp_path / "scene.toml").write_text('volume = "T1w.nii"\nside = "left"\nlayout = "lateral"\n' + CURRENT)
    soundfile.write("s.wav", np.zeros(8000), 8000)
    return tmp_path


VOLUME = ("--volume", "T1w.nii")
BOTH = (*VOLUME, "--electrodes", "e.tsv")
SOUND = (*BOTH, "--audio", "s.wav")
DATA = (*BOTH, "--activity", "a.tsv")
FILM = ("-o", "film.mp4")
DATASET = ("--bids", "dataset", "-o", "films", "--save-scene", "saved.toml")

IDLE = [
    (("render", *VOLUME, *FILM, "--fps", "30", "--interval", "250"), "--fps 30: does nothing beside --interval"),
    (("render", *VOLUME, *FILM, "--bands", "100,1000,5"), "--bands 100,1000,5: does nothing without electrodes"),
    (("render", *BOTH, *FILM, "--bands", "100,1000,5"), "--bands 100,1000,5: does nothing without sound"),
    (("render", *DATA, *FILM, "--bands", "100,1000,5"), "does nothing where --activity moves the electrodes"),
    (
        ("render", *SOUND, *FILM, "--drive", "post", "--scale", "global"),
        "--scale global: does nothing with --drive post",
    ),
    (
        ("render", *SOUND, *FILM, "--drive", "post", "--smoothing-hz", "3"),
        "--smoothing-hz 3: does nothing with --drive",
    ),
    (("render", *VOLUME, *FILM, "--assign", "x"), "--assign x: does nothing without electrodes"),
    (("render", *VOLUME, *FILM, "--electrode-depth", "5"), "--electrode-depth 5: does nothing without electrodes"),
    (("render", *VOLUME, *FILM, "--electrode-size", "5,9"), "--electrode-size 5,9: does nothing without electrodes"),
    (
        ("render", *VOLUME, *FILM, "--electrode-cmap", "viridis"),
        "does nothing without electrodes; leave it out, or give",
    ),
    (("render", *VOLUME, *FILM, "--electrodes-space", "world"), "--electrodes-space world: does nothing without"),
    (("render", *BOTH, *FILM, "--layout", "lateral", "--electrode-depth", "5"), "does nothing in the layout lateral"),
    (("render", *VOLUME, *FILM, "--layout", "lateral", "--plane-mm", "1,2,3"), "--plane-mm 1,2,3: does nothing in the"),
    (("render", *VOLUME, *FILM, "--layout", "3d", "--interpolation", "nearest"), "does nothing in the layout 3d"),
    (
        ("render", *VOLUME, *FILM, "--layout", "3d", "--convention", "radiological"),
        "give --layout ortho, grid, ",
    ),
    (
        ("render", *VOLUME, *FILM, "--layout", "axial", "--sagittal-nose", "left"),
        "give --layout ortho, grid",
    ),
    (("render", *VOLUME, *FILM, "--sweep", "full", "--plane-mm", "1,2,3"), "does nothing where the planes sweep"),
    (("render", *VOLUME, *FILM, "--side", "left"), "--side left: does nothing in the layout ortho"),
    (
        ("render", *VOLUME, *FILM, "--layout", "grid", "--view", "1,2"),
        "does nothing in the layout grid without electrodes",
    ),
    (
        ("render", *VOLUME, *FILM, "--layout", "grid", "--spin", "9"),
        "does nothing in the layout grid without electrodes",
    ),
    (("render", "--electrodes", "e.tsv", *FILM, "--window", "0,8"), "--window 0,8: does nothing without a volume"),
    (("render", "--electrodes", "e.tsv", *FILM, "--cmap", "bone"), "--cmap bone: does nothing without a volume"),
    (("render", "--electrodes", "e.tsv", *FILM, "--time-index", "1"), "--time-index 1: does nothing without a volume"),
    (
        ("render", "--electrodes", "e.tsv", *FILM, "--layout", "3d", "--render", "mip"),
        "--render mip: does nothing without",
    ),
    (("render", "--electrodes", "e.tsv", *FILM, "--sweep", "full"), "--sweep full: does nothing without a volume"),
    (("render", "--image", "p.png", "--electrodes", "p.tsv", *FILM, "--layout", "axial"), "does nothing on a picture"),
    (("render", "--electrodes", "p.tsv", *FILM, "--layout", "axial", "--frames", "1"), "does nothing on a picture"),
    (("render", *BOTH, *FILM, "--activity-scale", "2"), "--activity-scale 2: does nothing without data"),
    (("render", *BOTH, *FILM, "--baseline", "0,1"), "--baseline 0,1: does nothing without data; leave it out, or give"),
    (("render", *DATA, *FILM, "--baseline", "none"), "--baseline none: does nothing for a table of activity"),
    (("render", *BOTH, *FILM, "--baseline", "non"), "--baseline non: did you mean none? give START,END in seconds"),
    (
        ("render", *BOTH, "--activity", "r.edf", *FILM, "--activity-kind", "raw", "--baseline", "none"),
        "--baseline none: does nothing with --activity-kind raw; leave it out, or leave --activity-kind out",
    ),
    (("render", *DATA, *FILM, "--reference", "none"), "--reference none: does nothing for a table of activity"),
    (("render", *DATA, *FILM, "--smoothing-hz", "3"), "--smoothing-hz 3: does nothing for a table of activity"),
    (("frame", *BOTH, "-o", "f.png", "--smoothing-hz", "3"), "--smoothing-hz 3: does nothing where no contact moves"),
    (
        ("frame", *VOLUME, "-o", "f.png", "--layout", "lateral", "--render", "mip", "--surface-level", "60"),
        "--surface-level 60: does nothing with --render mip; leave it out, or give --render surface",
    ),
    (("render", *DATASET, "--sheet-plane", "coronal"), "--sheet-plane coronal: does nothing without a contact sheet"),
    (("render", *DATASET, "--sheet-slices", "3"), "--sheet-slices 3: does nothing without a contact sheet"),
    (("render", *DATASET, "--array", "cupy"), "--array cupy: does nothing without electrodes"),
    (("render", *BOTH, "--activity", "r.edf", *FILM, "--activity-rate", "9"), "does nothing for a recording"),
    (("render", *BOTH, "--activity", "r.edf", *FILM, "--activity-kind", "raw", "--line-hz", "50"), "activity-kind raw"),
    (("render", *SOUND, *FILM, "--sonify"), "--sonify: does nothing without data"),
    (("render", *DATA, "--audio", "s.wav", *FILM, "--sonify"), "--sonify: does nothing where there is sound"),
    (
        ("render", *VOLUME, "--activity", "a.tsv", *FILM),
        "--activity a.tsv: needs the contacts that show it; give --electrodes",
    ),
    (
        ("render", *VOLUME, *FILM, "--title", "x", "--no-labels"),
        "--title x: does nothing where --labels leave the title",
    ),
    (
        ("render", *VOLUME, *FILM, "--labels", "mm", "--speed", "2"),
        "--speed 2: does nothing without sound, activity and",
    ),
    (("render", *VOLUME, "--sheet", "q.png", "--no-labels"), "--no-labels: does nothing on a contact sheet"),
    (("render", *VOLUME, "--sheet", "q.png", "--labels", "none"), "--labels none: does nothing on a contact sheet"),
    (("render", *VOLUME, *FILM, "--labels", "mm", "--no-labels"), "--no-labels: --labels mm says otherwise"),
    (("render", *VOLUME, *FILM, "--array", "numpy"), "--array numpy: does nothing without electrodes"),
    (("render", *VOLUME, *FILM, "--sheet-plane", "coronal"), "--sheet-plane coronal: does nothing without a contact"),
    (("render", *VOLUME, *FILM, "--participant-label", "1", "2"), "--participant-label 1,2: does nothing without a"),
    (("render", *VOLUME, "--sheet", "s.png", "--jobs", "2"), "--jobs 2: does nothing without a film"),
    (
        ("render", *VOLUME, "--sheet", "s.png", "--sheet-plane", "sagittal", "--convention", "radiological"),
        "--convention radiological: does nothing on a sheet of sagittal slices",
    ),
    (
        ("render", *VOLUME, "--sheet", "s.png", "--sheet-plane", "coronal", "--sagittal-nose", "left"),
        "--sagittal-nose left: does nothing on a sheet of coronal slices",
    ),
    (("render", *VOLUME, "--sheet", "s.png", "--layout", "axial"), "--layout axial: does nothing on a contact sheet"),
    (
        ("render", *VOLUME, "--sheet", "s.png", "--fps", "25"),
        "--fps 25: does nothing on a contact sheet; leave it out, or",
    ),
    (("frame", *VOLUME, "-o", "f.png", "--fps", "25"), "--fps 25: does nothing in a still that belongs to no film"),
    (("frame", *VOLUME, "-o", "f.png", "--sweep", "full"), "--sweep full: does nothing in a still that belongs to no"),
    (("live", "--headless", "--audio", "s.wav", "--gain", "3"), "--gain 3: does nothing where a file plays"),
    (("live", "--headless", "--scale", "global"), "--scale global: does nothing for captured sound"),
    (("live", "--headless", "--crf", "20"), "--crf 20: does nothing where the show is not recorded"),
    (("live", "--headless", "--screen", "1"), "--screen 1: does nothing without a window"),
    (("live", "--headless", "--side", "left"), "--side left: does nothing in the layout ortho"),
    (("live", "--image", "p.png", "--plane-mm", "1,2,3"), "--plane-mm 1,2,3: does nothing on a picture"),
]


@pytest.mark.parametrize(("arguments", "wording"), IDLE, ids=lambda value: value if isinstance(value, str) else "")
def test_an_idle_option_is_refused_in_one_line(capsys, files, arguments, wording):
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert wording in err
    assert err.startswith("corticast: ")
    assert err.count("\n") == 1
    assert not (files / "films").exists()
    assert not (files / "saved.toml").exists()


def test_an_option_that_counts_by_an_option_of_the_run_is_accepted(capsys, files):
    (files / "s.png").write_text("there")
    sheet = ("--sheet", "s.png", "--sheet-plane", "sagittal", "--sagittal-nose", "left")
    _, _, err = run(capsys, "render", *VOLUME, *sheet)
    assert "does nothing" not in err
    assert "exists" in err


def test_what_is_true_where_it_does_nothing_is_accepted(capsys, files):
    (files / "film.mp4").write_text("there")
    # Up to the film, which exists.
    for arguments in (
        ("--layout", "lateral", "--sweep", "none"),
        ("--render", "auto"),
        ("--spin", "0"),
        ("--speed", "1"),
    ):
        _, _, err = run(capsys, "render", *VOLUME, *FILM, "--duration", "1", *arguments)
        assert "film.mp4: exists" in err


def test_keys_that_the_command_line_makes_idle_are_warned_of_in_one_line(capsys, files):
    (files / "film.mp4").write_text("there")
    _, _, err = run(capsys, "render", "scene.toml", *FILM, "--layout", "axial")
    assert err.splitlines()[0] == "corticast: warning: scene.toml, line 2: side does nothing in the layout axial"
    (files / "scene.toml").write_text('volume = "T1w.nii"\nscale = "global"\nside = "left"\n' + CURRENT)
    _, _, err = run(capsys, "render", "scene.toml", *FILM)
    assert err.splitlines()[0] == "corticast: warning: scene.toml: side, scale do nothing in this scene"
    assert "film.mp4: exists" in err.splitlines()[1]


@pytest.mark.parametrize("output", [("render", *FILM), ("frame", "-o", "f.png")], ids=["render", "frame"])
def test_a_key_that_is_refused_is_not_warned_of_too(capsys, files, output):
    (files / "scene.toml").write_text('volume = "T1w.nii"\nactivity = "a.tsv"\nscale = "global"\n' + CURRENT)
    command, *arguments = output
    wording = "corticast: scene.toml, line 2: activity a.tsv: needs the contacts that show it; give electrodes\n"
    assert run(capsys, command, "scene.toml", *arguments) == (2, "", wording)


def test_a_wrong_value_of_a_scene_file_is_named_with_its_line(capsys, files):
    (files / "scene.toml").write_text('volume = "T1w.nii"\n\nsurface_level = 1e9\nlayout = "3d"\n' + CURRENT)
    status, _, err = run(capsys, "render", "scene.toml", *FILM)
    assert status == 2
    assert err.startswith("corticast: scene.toml, line 3: surface_level 1e+09: ")


@pytest.mark.parametrize(
    ("arguments", "wording"),
    [
        (("render", "--volume", "A", "--volume", "B", *FILM), "--volume: given twice; give it once"),
        (("frame", *VOLUME, "--size", "9x9", "--size", "8x8", "--size", "7x7", "-o", "a"), "--size: given 3 times"),
        (("render", *VOLUME, "-o", "a.mp4", "--output", "b.mp4"), "--output: given twice"),
        (("bench", "run", "--repeats", "1", "--repeats", "2"), "--repeats: given twice"),
    ],
)
def test_an_option_that_does_not_repeat_is_given_once(capsys, files, arguments, wording):
    status, _, err = run(capsys, *arguments)
    assert status == 2
    assert wording in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "flag", "meant"),
    [
        ("render", "--vmin", "--window"),
        ("render", "--color-map", "--cmap"),
        ("render", "--colormap", "--cmap"),
        ("render", "--resolution", "--size"),
        ("render", "--framerate", "--fps"),
        ("render", "--frame-rate", "--fps"),
        ("render", "--out", "--output"),
        ("render", "--volme", "--volume"),
        ("render", "--hieght", "--size"),
        ("render", "--electrode", "--electrodes"),
        ("render", "--plane_mm", "--plane-mm"),
        ("render", "--rotate", "--spin"),
        ("render", "--subject", "--participant-label"),
        ("render", "--force", "--overwrite"),
        ("render", "--n-jobs", "--jobs"),
        ("frame", "--at", "--time"),
        ("live", "--microphone", "--device"),
        ("live", "--out", "--record"),
        ("live", "--duration", "--seconds"),
    ],
)
def test_an_unknown_option_is_answered_by_the_one_that_was_meant(capsys, command, flag, meant):
    status, _, err = run(capsys, command, flag, "1")
    assert status == 2
    assert err == f"corticast: {flag}: unknown option; did you mean {meant}? see `corticast {command} --help`\n"


def test_an_option_of_another_command_is_named_as_such(capsys):
    assert "--jobs: unknown option; `corticast render` has one" in run(capsys, "frame", "--jobs", "2")[2]


@pytest.mark.parametrize(
    "flag",
    ["--qqqq", "--opacity", "--version", "--translucent"],
)
def test_an_unknown_option_that_nothing_is_like(capsys, flag):
    assert run(capsys, "render", flag)[2] == f"corticast: {flag}: unknown option; see `corticast render --help`\n"


def test_an_unknown_command_is_answered_by_the_one_that_was_meant(capsys):
    assert run(capsys, "rendr")[2] == "corticast: rendr: unknown command; did you mean render? see `corticast --help`\n"


@pytest.mark.parametrize(
    ("arguments", "wording"),
    [
        (("--layout", "orto"), "--layout orto: column 1: unknown panel orto; did you mean ortho?"),
        (
            ("--layout", "axial | corona"),
            "--layout 'axial | corona': column 9: unknown panel corona; did you mean coronal?",
        ),
        (("--layout", "top"), "--layout top: column 1: unknown panel top; did you mean superior?"),
        (("--convention", "radiologic"), "--convention radiologic: did you mean radiological? give neurological or"),
        (("--render", "transparent"), "--render transparent: did you mean glass? give"),
        (("--window", "robus"), "--window robus: did you mean robust? give LO,HI, such as 0,80, or auto or robust"),
        (("--labels", "mm,colourbar"), '"colourbar" is unknown; did you mean colorbar? give some of letters, cube'),
        (("--labels", "none,mm"), "--labels none,mm: none stands alone; leave the other names out, or none"),
        (("--codec", "h265"), "--codec h265: did you mean hevc? give vp9, av1, h264 or hevc"),
        (("--backend", "qt"), "--backend qt: did you mean pyside6? give auto, egl, glfw or pyside6"),
        (("--array", "nonsense"), "--array nonsense: give auto, cupy or numpy"),
        (("--spin", "fast"), "--spin fast: give a number, such as 30"),
        (("--encoder", "nvenv"), "--encoder nvenv: unknown for .mp4; did you mean nvenc? give auto, software, nvenc"),
        (("--cmap", "virids"), "--cmap virids: unknown colour map; did you mean viridis? give gray"),
        (("--jobs", "0"), "--jobs 0: give a whole number of at least 1"),
        (("--frames", "2.5"), "--frames 2.5: give a whole number of at least 1"),
    ],
)
def test_a_wrong_value_is_answered_by_the_right_ones(capsys, files, arguments, wording):
    status, _, err = run(capsys, "render", *VOLUME, *FILM, *arguments)
    assert status == 2
    assert wording in err
    assert err.count("\n") == 1
    assert "should be" not in err


@pytest.mark.parametrize(
    ("arguments", "wording"),
    [
        (
            ("frame", *VOLUME, "-o", "f.png", "--time", "1/0"),
            "--time 1/0: give a number of at least 0, such as 2.5 or",
        ),
        (("render", *VOLUME, *FILM, "--duration", "10/-3"), "--duration 10/-3: give a number above 0, such as"),
        (("doctor", "--gpu", "x"), "--gpu x: give a whole number of at least 0"),
        (("doctor", "--gpu", "-1"), "--gpu -1: give a whole number of at least 0"),
        (("doctor", "--json", "--json"), "--json: given twice; give it once"),
        (("info", "--verbose", "--verbose", "T1w.nii"), "--verbose: given twice; give it once"),
        (("demo", "--size", "big"), "--size big: give WIDTHxHEIGHT in pixels"),
        (("demo", "--overwrite", "--overwrite"), "--overwrite: given twice"),
        (("bench", "--repeats", "x"), "--repeats x: give a whole number of at least 1"),
        (("bench", "--backend", "vulkan"), "--backend vulkan: give auto, egl, glfw or pyside6"),
        (("bench", "--gpu", "x"), "--gpu x: give a whole number"),
        (("bench", "--threads", "0"), "--threads 0: give a whole number of at least 1"),
        (("bench", "peers", "--frames", "9,2"), "--frames 9,2: give two numbers of frames, the smaller one first"),
        (("bench", "peers", "--frames", "2.5,9"), "--frames 2.5,9: give two numbers of frames"),
        (("bench", "peers", "--size", "9"), "--size 9: give WIDTHxHEIGHT"),
        (("bench", "peers", "--repeats", "1.5"), "--repeats 1.5: give a whole number"),
        (("bench", "compare", "-v", "-v", "a.json", "b.json"), "--verbose: given twice"),
        (("schema", "--json"), "--json: unknown option"),
    ],
)
def test_every_command_refuses_in_one_line(capsys, files, arguments, wording):
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith(f"corticast: {wording}")
    assert err.count("\n") == 1
    assert "should be" not in err


def test_options_of_one_name_are_one_option():
    table = {**SCENE, **table_of(MachineOptions), **table_of(OutputOptions)}
    for module in (bench, cmap, config, demo, doctor, info, spectrogram):
        tables = module.TABLES.values() if isinstance(module.TABLES, dict) else (module.TABLES,)
        for name, option in (item for some in tables for part in some for item in part.items()):
            if name in table and name not in ("volume", "frames"):
                assert option.kind is table[name].kind, name


def test_an_option_without_its_value(capsys):
    for command, option in (("render", "--volume"), ("render", "-o"), ("frame", "--time"), ("doctor", "--gpu")):
        wording = f"corticast: {option}: needs a value; see `corticast {command} --help`\n"
        assert run(capsys, command, option) == (2, "", wording)


def test_nothing_is_written_without_a_file(capsys, files):
    assert "give -o FILE" in run(capsys, "frame", *VOLUME)[2]


@pytest.mark.parametrize("command", [render, frame, live])
def test_synonyms_are_no_options_and_mean_one_each(command):
    options = {name: option for table in command.TABLES for name, option in table.items()}
    flags = [flag_of(name, option).split()[0] for name, option in options.items()]
    words = [word for option in options.values() for word in option.synonyms]
    assert len(flags) == len(set(flags))
    assert sorted({word for word in words if words.count(word) > 1 or word in options}) == []
