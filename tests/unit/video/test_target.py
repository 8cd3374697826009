"""Where films may go, and how they get there."""

import os

import pytest

from corticast.errors import EncoderError, OptionError
from corticast.video.target import FileTarget, SequenceTarget


def fill(target, names):
    folder = target.open()
    for name in names:
        (folder / name).write_text("new")
    return folder


@pytest.mark.parametrize("name", ["none/film.mp4", "none/frames/%05d.png"])
def test_a_folder_that_does_not_exist(tmp_path, name):
    with pytest.raises(OptionError, match=r"no such folder: .*none; create it"):
        (SequenceTarget if "%" in name else FileTarget)(
            str(tmp_path / name), "x", *([3] if "%" in name else []), overwrite=False
        )


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OptionError, match="no such folder"):
        FileTarget(str(tmp_path / "file" / "film.mp4"), "x", overwrite=False)
    with pytest.raises(OptionError, match="is not a folder"):
        SequenceTarget(str(tmp_path / "file" / "%d.png"), "x", 3, overwrite=False)


def test_a_folder_that_cannot_be_written_to(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(OptionError, match="not writable"):
        FileTarget(str(tmp_path / "film.mp4"), "x", overwrite=False)


def test_a_name_that_no_file_can_have(tmp_path):
    with pytest.raises(OptionError, match="too long"):
        FileTarget(str(tmp_path / ("x" * 300 + ".mp4")), "x", overwrite=False)
    with pytest.raises(OptionError, match="too long"):
        SequenceTarget(str(tmp_path / ("x" * 300 + "%d.png")), "x", 3, overwrite=False)


def test_a_folder_that_vanishes_before_the_start(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    target = FileTarget(str(folder / "film.mp4"), "x", overwrite=False)
    folder.rmdir()
    with pytest.raises(OptionError, match="cannot write"):
        target.open()


def test_what_is_no_file_is_not_replaced(tmp_path):
    (tmp_path / "film.mp4").mkdir()
    with pytest.raises(OptionError, match="not a regular file"):
        FileTarget(str(tmp_path / "film.mp4"), "x", overwrite=True)
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(OptionError, match="not a regular file"):
        FileTarget(str(tmp_path / "pipe.mp4"), "x", overwrite=True)


@pytest.mark.parametrize("name", ["film.png", "%s.png", "%d%d.png", "%5d.png", "100%.png"])
def test_pictures_need_one_number(tmp_path, name):
    with pytest.raises(OptionError, match=r"frames/%05d\.png"):
        SequenceTarget(str(tmp_path / name), "x", 3, overwrite=False)


def test_a_symbolic_link_is_followed(tmp_path):
    (tmp_path / "store").mkdir()
    (tmp_path / "film.mp4").symlink_to(tmp_path / "store" / "real.mp4")
    target = FileTarget(str(tmp_path / "film.mp4"), "x", overwrite=False)
    folder = fill(target, ["x"])
    assert folder.parent == tmp_path / "store"
    assert target.publish() == 3
    assert (tmp_path / "film.mp4").is_symlink()
    assert (tmp_path / "store" / "real.mp4").read_text() == "new"
    assert not folder.exists()


@pytest.mark.parametrize("taken", [False, True])
def test_a_file_system_without_hard_links(tmp_path, monkeypatch, taken):
    def refuse(source, target):
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    target = FileTarget(str(tmp_path / "film.mp4"), "x", overwrite=False)
    fill(target, ["x"])
    if taken:
        (tmp_path / "film.mp4").write_text("old")
        with pytest.raises(OptionError, match="appeared"):
            target.publish()
        assert (tmp_path / "film.mp4").read_text() == "old"
    else:
        target.publish()
        assert (tmp_path / "film.mp4").read_text() == "new"


@pytest.mark.parametrize("folder_exists", [False, True])
def test_pictures_are_all_there_or_none(tmp_path, monkeypatch, folder_exists):
    """The last picture is missing: those before it are removed, and the replaced ones come back."""
    frames = tmp_path / "frames"
    if folder_exists:
        frames.mkdir()
        (frames / "001.png").write_text("old")
    target = SequenceTarget(str(frames / "%03d.png"), "%d.png", 3, overwrite=True)
    folder = fill(target, ["0.png", "1.png", "2.png"])
    original = os.replace

    def replace(source, destination):
        if os.fspath(source).endswith("2.png"):
            raise OSError(5, "Input/output error")
        original(source, destination)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(EncoderError, match="Input/output"):
        target.publish()
    target.discard()
    assert not folder.exists()
    if folder_exists:
        assert [(file.name, file.read_text()) for file in frames.iterdir()] == [("001.png", "old")]
    else:
        assert not frames.exists()
