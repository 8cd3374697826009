"""After any failure: one clear error, the previous film untouched, nothing left behind."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.films import gathered
from tests.processes import children

from corticast.errors import DataError, DeviceError, EncoderError, OptionError
from corticast.video.encoders import encoder_facts
from corticast.video.writer import Sound, VideoWriter

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks for leaks in /proc"),
    pytest.mark.usefixtures("nothing_leaks"),
]

SIZE = (64, 48)
PREVIOUS = b"the previous film"


def film(path: Path, n_frames: int = 200, **options) -> VideoWriter:
    return VideoWriter(path, size=SIZE, fps=Fraction(25), n_frames=n_frames, **gathered(options))


def write_all(writer: VideoWriter, n_frames: int = 200) -> None:
    rng = np.random.default_rng(0)
    for _ in range(n_frames):
        writer.write(rng.integers(0, 255, writer.frame_bytes, dtype=np.uint8))


def render(path: Path, then=None, n_before: int = 20, n_frames: int = 200, **options) -> VideoWriter:
    """Write a film; `then` is called with the encoder's process id when `n_before` frames are written."""
    known = children()
    with film(path, n_frames, **options) as writer:
        (encoder,) = children() - known
        write_all(writer, n_before)
        if then is not None:
            then(encoder)
        write_all(writer, n_frames - n_before)
    return writer


def endless_tone() -> Sound:
    def blocks():
        while True:
            yield np.zeros((1, 4096), np.float32)

    return Sound(44100, 1, blocks())


@pytest.mark.parametrize("name", ["film.mp4", "film.webm", "film.gif", "frames/%03d.png"])
def test_an_encoder_that_is_killed(tmp_path, name):
    path = tmp_path / name
    (tmp_path / "frames").mkdir()
    previous = path if "%" not in name else tmp_path / "frames" / "007.png"
    previous.write_bytes(PREVIOUS)
    with pytest.raises(EncoderError, match="was killed by SIGKILL") as caught:
        render(path, lambda encoder: os.kill(encoder, signal.SIGKILL), overwrite=True, sound=endless_tone())
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    assert previous.read_bytes() == PREVIOUS
    assert len(list(previous.parent.iterdir())) == (1 if "%" in name else 2)


def test_an_encoder_that_dies_at_once_is_reported_in_its_words(tmp_path, fake_ffmpeg):
    fake_ffmpeg("echo 'something odd' >&2; echo 'Unknown encoder' >&2; exit 3")
    with pytest.raises(EncoderError) as caught:
        render(tmp_path / "film.mp4")
    assert str(caught.value).endswith("film.mp4: ffmpeg ended with status 3: something odd / Unknown encoder")
    assert "libx264" in caught.value.__notes__[0]
    assert not (tmp_path / "film.mp4").exists()


def test_an_encoder_that_takes_all_and_then_fails(tmp_path, fake_ffmpeg):
    fake_ffmpeg("cat > /dev/null; echo half > film.mp4; exit 1")
    with pytest.raises(EncoderError, match="status 1 and left no message"):
        render(tmp_path / "film.mp4")
    assert not (tmp_path / "film.mp4").exists()


def test_an_encoder_that_leaves_frames_and_ends_well(tmp_path, fake_ffmpeg):
    fake_ffmpeg("head -c 10000 > /dev/null; echo half > film.mp4; exit 0")
    with pytest.raises(EncoderError, match="status 0"):
        render(tmp_path / "film.mp4")
    assert not (tmp_path / "film.mp4").exists()


def test_an_encoder_that_ends_well_without_a_film(tmp_path, fake_ffmpeg):
    fake_ffmpeg("cat > /dev/null")
    with pytest.raises(EncoderError, match="cannot be put in place"):
        render(tmp_path / "film.mp4")


def test_an_encoder_that_talks_without_end_is_heard(tmp_path, fake_ffmpeg):
    """More than a pipe holds, before it reads its first frame."""
    fake_ffmpeg("yes 'all is not well' | head -c 1000000 >&2; cat > /dev/null; exit 1")
    with pytest.raises(EncoderError, match="all is not well"):
        render(tmp_path / "film.mp4")


def test_a_second_run_that_fails(tmp_path, fake_ffmpeg):
    fake_ffmpeg('case "$*" in *paletteuse*) echo broken palette >&2; exit 1;; esac; cat > /dev/null')
    with pytest.raises(EncoderError, match="broken palette"):
        render(tmp_path / "film.gif")
    assert not (tmp_path / "film.gif").exists()


def test_no_ffmpeg(tmp_path, monkeypatch):
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "none"))
    with pytest.raises(DeviceError, match="IMAGEIO_FFMPEG_EXE"), film(tmp_path / "film.mp4", sound=endless_tone()):
        pass
    with pytest.raises(DeviceError):
        encoder_facts()


def test_what_is_no_program_does_not_start(tmp_path, fake_ffmpeg):
    fake_ffmpeg("")
    (tmp_path / "bin" / "ffmpeg").write_bytes(b"\x00\x01\x02")
    with pytest.raises(DeviceError, match="does not start"), film(tmp_path / "film.mp4", sound=endless_tone()):
        pass


def test_a_file_that_may_not_grow(tmp_path):
    """The encoder is refused more bytes in the middle of its work."""
    (tmp_path / "film.mov").write_bytes(PREVIOUS)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(EncoderError), film(tmp_path / "film.mov", overwrite=True) as writer:
            write_all(writer)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (tmp_path / "film.mov").read_bytes() == PREVIOUS


@pytest.mark.parametrize("name", ["film.mp4", "film.mov", "film.webm", "film.gif", "%d.png"])
def test_a_full_disk(tmp_path, name):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("mounting a small disk needs to be root")
    try:
        with pytest.raises(EncoderError, match="the disk is full; free some space") as caught:
            render(disk / name, crf=0 if name == "film.mp4" else None)
        assert str(disk / name) in str(caught.value)
        assert not list(disk.iterdir())
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("name", ["film.mp4", "film.gif", "frames/%03d.png"])
def test_an_error_of_the_caller(tmp_path, name, error):
    def fail(encoder):
        raise error

    with pytest.raises(error):
        render(tmp_path / name, fail, sound=endless_tone())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("masked", [set(), {signal.SIGALRM}], ids=["in this thread", "in another thread"])
def test_ctrl_c_while_the_encoder_stands_still(tmp_path, masked):
    """Interrupted in the middle of a write that would never return, also where the system wakes another thread."""

    def interrupt(signum, frame):
        raise KeyboardInterrupt

    def stand_still(encoder):
        os.kill(encoder, signal.SIGSTOP)
        signal.pthread_sigmask(signal.SIG_BLOCK, masked)
        signal.setitimer(signal.ITIMER_REAL, 0.2)

    previous = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            render(tmp_path / "film.mp4", stand_still, sound=endless_tone())
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, masked)
        signal.signal(signal.SIGALRM, previous)
    assert not list(tmp_path.iterdir())


def test_ctrl_c_on_the_terminal_reaches_only_us(tmp_path):
    """Ctrl-C signals the whole foreground group; the interrupt is reported, not a dead encoder."""
    script = f"""
import os, signal, numpy as np
# A test run in the background of a shell ignores Ctrl-C, and so would this.
signal.signal(signal.SIGINT, signal.default_int_handler)
from fractions import Fraction
from corticast.video.writer import VideoWriter
try:
    with VideoWriter({str(tmp_path / "film.mp4")!r}, size={SIZE}, fps=Fraction(25), n_frames=50) as writer:
        for k in range(50):
            writer.write(np.zeros(writer.frame_bytes, np.uint8))
            if k == 20:
                os.killpg(0, signal.SIGINT)
except KeyboardInterrupt:
    print("interrupted")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, process_group=0, timeout=120)
    assert (done.stdout, done.stderr, done.returncode) == ("interrupted\n", "", 0)
    assert not list(tmp_path.iterdir())


def test_sound_that_cannot_be_read(tmp_path):
    def blocks():
        yield np.zeros((1, 4096), np.float32)
        raise DataError("song.wav: ends too early; copy it again")

    with (
        pytest.raises(DataError, match="ends too early"),
        film(tmp_path / "film.mp4", sound=Sound(44100, 1, blocks())) as writer,
    ):
        write_all(writer)
    assert not (tmp_path / "film.mp4").exists()


def test_what_exists_is_kept_without_overwrite(tmp_path):
    (tmp_path / "film.mp4").write_bytes(PREVIOUS)
    with pytest.raises(OptionError, match="overwrite"):
        film(tmp_path / "film.mp4")
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "00012.png").write_bytes(PREVIOUS)
    with pytest.raises(OptionError, match=r"00012.png exists.*overwrite"):
        film(tmp_path / "frames" / "%05d.png")
    film(tmp_path / "frames" / "other%05d.png")


@pytest.mark.parametrize("name", ["film.mp4", "frames/%03d.png"])
def test_what_appears_meanwhile_is_kept_without_overwrite(tmp_path, name):
    (tmp_path / "frames").mkdir()
    rival = tmp_path / name.replace("%03d", "002")
    with pytest.raises(OptionError, match="appeared"):
        render(tmp_path / name, lambda _: rival.write_bytes(PREVIOUS), 4, 4)
    assert rival.read_bytes() == PREVIOUS
    assert sorted(rival.parent.iterdir()) in ([rival], [rival, tmp_path / "frames"])


def test_a_film_is_replaced_only_when_complete(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(PREVIOUS)
    with film(path, 30, overwrite=True) as writer:
        write_all(writer, 30)
        assert path.read_bytes() == PREVIOUS
    assert path.read_bytes() != PREVIOUS


def test_a_shorter_sequence_leaves_no_picture_of_the_longer_one(tmp_path):
    pattern = tmp_path / "frames" / "%03d.png"
    for n_frames in (5, 3):
        with film(pattern, n_frames, overwrite=True) as writer:
            write_all(writer, n_frames)
        (tmp_path / "frames" / "notes.txt").write_text("mine")
    assert sorted(file.name for file in pattern.parent.iterdir()) == ["000.png", "001.png", "002.png", "notes.txt"]


def test_an_interrupt_while_the_hidden_folder_is_made_leaves_nothing(tmp_path, monkeypatch):
    """Ctrl-C may come between the folder and the name that it is known by."""
    make = Path.mkdir

    def interrupted(self, *arguments, **options):
        make(self, *arguments, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "mkdir", interrupted)
    with (
        pytest.raises(KeyboardInterrupt),
        VideoWriter(tmp_path / "film.mp4", size=(64, 48), fps=Fraction(25), n_frames=2),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
