"""What people and tools see of a scene: types, help, and messages in the words of Python."""

import ast
import inspect
import itertools
import os
import pydoc
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import corticast as cc
from corticast.core.model.options import Facts, table_of
from corticast.core.model.scene import Scene, changed
from corticast.core.model.types import Electrodes, SampledSound, Volume
from corticast.dsp.drive import ArrayDrive, AudioDrive
from corticast.errors import OptionError, in_python

VOLUME = Volume(np.arange(512, dtype=np.int16).reshape(8, 8, 8), np.eye(4))
TABLE = Electrodes(("a", "b"), np.eye(3)[:2])

SNIPPET = """
import corticast as cc
from corticast.core.model.types import Electrodes, Volume

def right(volume: Volume, electrodes: Electrodes) -> cc.Scene:
    return cc.Scene(
        volume=volume, electrodes=electrodes, layout="grid", plane_mm=(-42, -20, 8), window=(0, 80), labels="none",
        electrode_depth="all", view=(150, 20), spin=30, labels_wrong=1,
    )

cc.Scene(volum=3)
cc.Scene(side="lef")
cc.Scene(plane_mm=3)
cc.Scene(3)
"""


@pytest.mark.slow
def test_a_type_checker_knows_every_option(tmp_path):
    pytest.importorskip("mypy")
    file = tmp_path / "snippet.py"
    file.write_text(SNIPPET)
    config = tmp_path / "mypy.ini"
    # Arrays have no part in the snippet, and NumPy's stubs take as long as the package.
    skipped = "[mypy-numpy.*,nibabel.*,PIL.*]\nfollow_imports = skip\nfollow_imports_for_stubs = True\n"
    config.write_text(f"[mypy]\nstrict = True\nfollow_imports = silent\n{skipped}")
    command = [sys.executable, "-m", "mypy", "--config-file", str(config), "--cache-dir", os.devnull]
    done = subprocess.run(
        [*command, "--ignore-missing-imports", str(file)], capture_output=True, text=True, check=False,
        cwd=Path(cc.__file__).parents[2], env={"MYPYPATH": str(Path(cc.__file__).parents[1]), "PATH": ""},
    )  # fmt: skip
    found = {
        int(line.split(":")[1]) for line in done.stdout.splitlines() if "snippet.py" in line and ": error: " in line
    }
    assert found == {6, 11, 12, 13, 14}, done.stdout
    assert 'Unexpected keyword argument "volum" for "Scene"' in done.stdout


def test_help_fits_on_three_screens_and_has_every_option():
    # The first copy of a scene in a process notes the class's slots, and pydoc lists the note.
    text = pydoc.plain(pydoc.render_doc(cc.Scene)).replace(" |  __slotnames__ = []\n |  \n", "")
    # Python's own notes on __eq__ and __hash__ take six lines.
    assert text.count("\n") <= 168 + 6
    words = " ".join(text.replace("|", " ").split())
    for name, option in table_of(Scene).items():
        assert f" {name} : {in_python(option.help_text)} " in words
    assert "--" not in text.replace("-----", "")
    assert "frozenset" not in text


def test_the_source_says_what_each_parameter_means():
    source = ast.parse(Path(inspect.getsourcefile(Scene)).read_text(encoding="utf-8"))
    (stated,) = [node for node in source.body if isinstance(node, ast.ClassDef) and node.name == "Scene"]
    words = " ".join(ast.get_docstring(stated).split())
    for name, option in table_of(Scene).items():
        assert f" {name} : {in_python(option.help_text)} " in words


def test_the_text_of_a_scene_is_one_line_without_numbers_of_arrays():
    drive = ArrayDrive(np.ones((2, 3)), 1.0, ("a", "b"))
    scene = Scene(volume=VOLUME, electrodes=TABLE, drive=drive, labels="mm,clock", plane_mm=(1, 2, 3))
    assert repr(scene) == (
        "Scene(plane_mm=(1.0, 2.0, 3.0), labels=('clock', 'mm'), volume=Volume('volume'), electrodes=Electrodes(...), "
        "drive=ArrayDrive(...))"
    )
    assert repr(VOLUME) == "Volume(voxels=(array of shape (8, 8, 8), int16), affine=(array of shape (4, 4), float64))"
    assert "names=('a', 'b')" in repr(TABLE)
    sound = SampledSound(np.zeros((1, 800), np.float32), 8000)
    for thing in (TABLE, drive, sound, AudioDrive(sound), cc.Recording.of_array(np.ones((1, 900)), 10.0, ("a",))):
        assert repr(thing).startswith(f"{type(thing).__name__}(")
        assert "\n" not in repr(thing)
        assert len(repr(thing)) < 250


def test_every_remedy_names_keywords_that_a_scene_has():
    table = table_of(Scene)
    scenes = [
        Facts(None, volume, coloured=coloured, image=image, electrodes=electrodes, sound=sound, data=data,
              values={**{name: each.default for name, each in table.items()}, "layout": layout, "render": render})
        for render, layout, volume, coloured, image, electrodes, sound, data in itertools.product(
            ("auto", "mip"), ("ortho", "grid", "lateral", "3d"), *[(False, True)] * 6
        )
    ]  # fmt: skip
    remedies = {
        need.why(facts)
        for option in table.values()
        for need in option.needs
        for facts in scenes
        if not need.holds(facts)
    }
    assert len(remedies) > 10
    for text in remedies:
        for flag in re.findall(r"--([a-z-]+)", text):
            assert flag.replace("-", "_") in table, text


@pytest.mark.parametrize(
    ("values", "wording"),
    [
        ({"volum": VOLUME}, "volum: unknown option of a scene; did you mean volume?"),
        ({"volume": VOLUME, "vmin": 0}, "vmin: unknown option of a scene; did you mean window?"),
        ({"volume": VOLUME, "color_map": "gray"}, "color_map: unknown option of a scene; did you mean cmap?"),
        ({"volume": VOLUME, "qqqq": 0}, "qqqq: unknown option of a scene; see `corticast render --help-all`"),
        ({"volume": VOLUME, "layout": "orto"}, "layout orto: column 1: unknown panel orto; did you mean ortho?"),
        ({"volume": VOLUME, "layout": None}, "layout None: give ortho"),
        ({"volume": VOLUME, "layout": ["axial"]}, "layout axial: give ortho"),
        ({"volume": VOLUME, "plane_mm": (1, 2)}, "plane_mm 1,2: give three numbers X,Y,Z in mm"),
        (
            {"volume": VOLUME, "plane_mm": np.zeros((3, 3))},
            "plane_mm (array of shape (3, 3), float64): give three",
        ),
        ({"volume": VOLUME, "plane_mm": (1, 2, float("nan"))}, "plane_mm 1,2,nan: give three numbers"),
        ({"volume": VOLUME, "spin": True, "layout": "3d"}, "spin True: give a number"),
        ({"volume": VOLUME, "window": (80, 0)}, "window 80,0: the low end must be below the high end"),
        ({"volume": VOLUME, "labels": ["mm", "lettres"]}, '"lettres" is unknown; did you mean letters?'),
        ({"volume": VOLUME, "labels": 3}, "labels 3: give some of letters"),
        ({"volume": VOLUME, "title": 3}, "title 3: give a text"),
        ({"volume": "T1w.nii.gz"}, "volume T1w.nii.gz: give a Volume"),
        ({"volume": VOLUME, "drive": 5}, "drive 5: give"),
        ({"volume": VOLUME, "drive": AudioDrive}, "drive (the class AudioDrive): give"),
        ({"volume": VOLUME, "sonify": "yes"}, "sonify yes: give true or false"),
        (
            {"volume": VOLUME, "side": "left"},
            "side left: does nothing in the layout ortho; leave it out, or give layout",
        ),
        ({"volume": VOLUME, "electrode_depth": 5}, "electrode_depth 5: does nothing without electrodes"),
        (
            {"electrodes": TABLE, "window": (0, 1)},
            "window 0,1: does nothing without a volume; leave it out, or give vol",
        ),
        ({"electrodes": TABLE, "sonify": True}, "sonify: does nothing without data; leave it out, or give drive"),
    ],
)
def test_a_wrong_keyword_is_named_in_one_line(values, wording):
    with pytest.raises(OptionError) as caught:
        Scene(**values)
    message = str(caught.value)
    assert wording.split("give a Volume")[0] in message
    assert "\n" not in message
    of_python = message.replace("`corticast render --help-all`", "")
    assert not any(word in of_python for word in ("--", "should be", "validation", "argument", "positional"))


def test_values_without_names_are_refused():
    with pytest.raises(OptionError, match=r"Scene\(\(a Volume\)\): name each value"):
        Scene(VOLUME)


def test_a_scene_is_never_changed_but_another_can_be_made():
    scene = Scene(volume=VOLUME, layout="lateral", side="left")
    with pytest.raises(AttributeError):
        scene.layout = "axial"
    assert replace(scene, side="right").side == "right"
    with pytest.raises(OptionError, match="side left: does nothing in the layout axial"):
        replace(scene, layout="axial")
    assert changed(scene, layout="axial").side == "left"
    assert scene.layout == "lateral"


def test_a_default_may_be_given_where_it_does_nothing():
    for name, option in table_of(Scene).items():
        if name not in ("volume", "drive"):
            assert getattr(Scene(**{"volume": VOLUME, name: option.default}), name) == option.default


def test_sound_of_the_drive_is_no_data():
    sound = SampledSound(np.zeros((1, 800), np.float32), 8000)
    assert not Scene(electrodes=TABLE, drive=AudioDrive(sound)).facts.data
    assert Scene(electrodes=TABLE, drive=ArrayDrive(np.ones((2, 3)), 1.0, ("a", "b")), sonify=True).facts.data
