"""Fonts of the system for characters that other fonts lack: which are taken, and where they are looked for."""

import shutil
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTCollection, TTFont
from tests.fonts import DEJAVU, damaged_font, font_of_characters, made_font

from corticast.core.text.face import BUILT_IN, in_face, read_face
from corticast.core.text.system_faces import system_face
from corticast.core.text.units import face_for
from corticast.io import system_fonts as folders


def with_other_style(path, **os2):
    """A font whose table OS/2 says something else."""
    font = TTFont(path)
    for name, value in os2.items():
        setattr(font["OS/2"], name, value)
    font.save(path)


def test_a_regular_font_comes_before_others_with_the_same_characters(system_fonts):
    for name, os2 in (("ABold", {"usWeightClass": 700}), ("AItalic", {"fsSelection": 1}), ("Z", {})):
        font_of_characters(system_fonts / f"{name}.ttf", "脳波", family=name)
        with_other_style(system_fonts / f"{name}.ttf", **os2)
    # Its name does not tell its weight.
    font_of_characters(system_fonts / "Heavier.ttf", "脳", family="Heavier")
    with_other_style(system_fonts / "Heavier.ttf", usWeightClass=900)
    assert system_face("脳").family == "Z"
    assert system_face("力") is None


def test_a_font_of_another_style_is_better_than_none(system_fonts):
    font_of_characters(system_fonts / "ABold.ttf", "脳", family="Heavy")
    with_other_style(system_fonts / "ABold.ttf", usWeightClass=700)
    assert system_face("脳").family == "Heavy"


def test_files_that_cannot_be_drawn_with_are_passed_over(system_fonts, tmp_path):
    damaged_font(system_fonts / "a.ttf", "cmap", 0.0)
    (system_fonts / "b.otf").write_bytes(b"no font")
    (system_fonts / "c.ttf").symlink_to("missing.ttf")
    for table in ("head", "maxp"):
        shutil.copy(damaged_font(tmp_path / f"{table}.ttf", table, 0.0), system_fonts)
        assert face_for("ש") is None
    font_of_characters(system_fonts / "d.ttf", "脳", family="Restricted")
    with_other_style(system_fonts / "d.ttf", fsType=2)
    assert system_face("脳") is None


def test_fonts_of_a_collection_count_one_by_one(system_fonts, tmp_path):
    fonts = [font_of_characters(tmp_path / f"{each}.ttf", each, family=f"Of {each}") for each in "脳波"]
    collection = TTCollection()
    collection.fonts = [TTFont(font) for font in fonts]
    collection.save(system_fonts / "both.ttc")
    assert [(face.index, face.family) for face in map(system_face, "脳波")] == [(0, "Of 脳"), (1, "Of 波")]


def test_own_and_built_in_fonts_come_first(system_fonts, tmp_path):
    shutil.copy(DEJAVU, system_fonts)
    own = read_face(made_font(tmp_path / "own.ttf", characters="".join(map(chr, range(0x20, 0x7F)))))
    with in_face(own):
        assert [face_for(c) for c in "aЖ"] == [own, BUILT_IN]
        assert face_for("ש").path == system_fonts / DEJAVU.name
    assert face_for("Ж") == BUILT_IN


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        (
            "linux",
            {"XDG_DATA_HOME": "/own", "XDG_DATA_DIRS": "/a:/b"},
            ["/own/fonts", "~/.fonts", "/a/fonts", "/b/fonts"],
        ),
        ("linux", {}, ["~/.local/share/fonts", "~/.fonts", "/usr/local/share/fonts", "/usr/share/fonts"]),
        ("darwin", {}, ["~/Library/Fonts", "/Library/Fonts", "/System/Library/Fonts"]),
        ("win32", {"LOCALAPPDATA": "/local", "WINDIR": "/win"}, ["/local/Microsoft/Windows/Fonts", "/win/Fonts"]),
    ],
)
def test_each_system_has_its_folders_of_fonts(platform, variables, expected, monkeypatch):
    for name in ("XDG_DATA_HOME", "XDG_DATA_DIRS", "LOCALAPPDATA", "WINDIR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert folders.font_folders() == [Path(each).expanduser() for each in expected]


def test_folders_are_searched_to_their_depths(system_fonts):
    (system_fonts / "noto" / "cjk").mkdir(parents=True)
    for name in ("a.TTF", "noto/b.otf", "noto/cjk/c.ttc", "noto/d.pfb"):
        (system_fonts / name).touch()
    assert sorted(each.name for each in folders.font_files()) == ["a.TTF", "b.otf", "c.ttc"]
