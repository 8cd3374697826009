"""Names of frame sizes, on the command line and in scene files, against the sizes that their names stand for."""

import subprocess
import sys

import pytest
from PIL import Image

from corticast.core.model.kinds import FrameSize
from corticast.core.model.scene_file import SceneFile
from corticast.core.model.schema import scene_schema
from corticast.errors import OptionError

NAMED = {
    "720p": (1280, 720),
    "1080p": (1920, 1080),
    "4k": (3840, 2160),
    "square": (1080, 1080),
    "portrait": (1080, 1920),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_name_stands_for_its_size(name):
    assert FrameSize().read(name) == FrameSize().read(name.upper()) == NAMED[name]
    assert SceneFile(size=name).size == NAMED[name]
    # Saved scenes have the numbers.
    assert FrameSize().plain(NAMED[name]) == "{}x{}".format(*NAMED[name])


@pytest.mark.parametrize(("wrong", "meant"), [("UHD", "4k"), ("portret", "portrait"), ("full-hd", "1080p")])
def test_other_words_are_asked_back(wrong, meant):
    with pytest.raises(OptionError, match=f"did you mean {meant}"):
        SceneFile(size=wrong)


def test_the_schema_takes_names_and_numbers():
    jsonschema = pytest.importorskip("jsonschema")
    schema = scene_schema()["properties"]["size"]
    for size in (*NAMED, "640x480", [640, 480]):
        jsonschema.validate(size, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate("huge", schema)


@pytest.mark.gl
def test_a_picture_of_a_named_size(tmp_path):
    Image.new("RGB", (20, 10), "red").save(tmp_path / "a.png")
    command = [sys.executable, "-m", "corticast", "frame", "--image", "a.png", "--size", "square", "-o", "b.png"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    assert Image.open(tmp_path / "b.png").size == (1080, 1080)
