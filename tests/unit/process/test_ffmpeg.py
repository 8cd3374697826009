"""The one runner of ffmpeg: what goes in and out of it, and how it fails."""

import os
import select
import subprocess

import numpy as np
import pytest

from corticast.errors import DeviceError, EncoderError
from corticast.process.ffmpeg import FfmpegRun, executable, spoken, version


def test_the_version_is_ffmpegs_own():
    said = subprocess.run([executable(), "-version"], capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"ffmpeg version {version()} ")


@pytest.mark.parametrize(
    ("script", "expected"),
    [("echo ffmpeg version 6.1-static Copyright", "6.1-static"), ("echo something else", "unknown"), (":", "unknown")],
)
def test_versions_of_other_builds(fake_ffmpeg, script, expected):
    fake_ffmpeg(script)
    assert version() == expected


def test_an_ffmpeg_that_does_not_run_has_no_version(fake_ffmpeg):
    fake_ffmpeg("exit 127")
    with pytest.raises(DeviceError, match=r"bin/ffmpeg: does not run \(ended with status 127\)$"):
        version()


def test_no_ffmpeg(monkeypatch, tmp_path):
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "nowhere"))
    with pytest.raises(DeviceError, match=r"nowhere: no such executable; pip install imageio-ffmpeg, or name one in"):
        FfmpegRun([], label="film.mp4")


def test_what_is_no_program_does_not_start(fake_ffmpeg, tmp_path):
    fake_ffmpeg("")
    (tmp_path / "bin" / "ffmpeg").write_bytes(b"\0" * 100)
    with pytest.raises(DeviceError, match=r"bin/ffmpeg: does not start \(Exec format error\)$"):
        FfmpegRun([], label="film.mp4")


def test_samples_go_in_and_come_out():
    samples = np.linspace(-1, 1, 100, dtype="<f4")
    layout = ["-f", "f32le", "-ar", "8000", "-ac", "1"]
    read_end, write_end = os.pipe()
    with FfmpegRun([*layout, "-i", "pipe:0", *layout, "pipe:1"], label="sound", stdin=read_end, has_output=True) as run:
        os.close(read_end)
        os.write(write_end, samples.tobytes())
        os.close(write_end)
        np.testing.assert_array_equal(np.frombuffer(run.output.read(), "<f4"), samples)
        run.wait()


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("exit 1", "film.mp4: ffmpeg ended with status 1 and left no message"),
        ("kill -9 $$", "film.mp4: ffmpeg was killed by SIGKILL and left no message"),
        ("echo '[mp4 @ 0x5581] [error] odd' >&2; exit 3", "film.mp4: ffmpeg ended with status 3: odd"),
        ("seq 9 >&2; exit 3", "film.mp4: ffmpeg ended with status 3: 6 / 7 / 8 / 9"),
        (
            "echo 'a.mp4: No space left on device' >&2; exit 228",
            "film.mp4: the disk is full; free some space or write elsewhere (ffmpeg ended with status 228)",
        ),
    ],
)
def test_a_failure_is_one_line_and_its_notes_give_the_command(fake_ffmpeg, tmp_path, script, text):
    fake_ffmpeg(script)
    with FfmpegRun(["-i", "a b"], label="film.mp4") as run, pytest.raises(EncoderError) as caught:
        run.wait()
    assert str(caught.value) == text
    command, _ = caught.value.__notes__
    assert command == (f"command: {tmp_path}/bin/ffmpeg -hide_banner -nostdin -nostats -loglevel error -y -i 'a b'")


def test_all_lines_are_heard_and_none_of_them_blocks(fake_ffmpeg):
    fake_ffmpeg("seq 100000 >&2; echo '    Last message repeated 3 times' >&2")
    heard = []
    with FfmpegRun([], label="film.mp4", hear=heard.append) as run:
        run.wait()
    assert heard == [*map(str, range(1, 100_001)), "    Last message repeated 3 times"]
    assert run.last_words == "99997 / 99998 / 99999 / 100000"


def test_an_ffmpeg_that_hangs_ends_with_all_that_it_has_started(fake_ffmpeg):
    fake_ffmpeg("tail -f /dev/null & wait")
    read_end, write_end = os.pipe()
    with FfmpegRun([], label="film.mp4", pass_fds=[write_end]) as run:
        os.close(write_end)
        with pytest.raises(TimeoutError):
            run.status(0.05)
    assert run.status() == -9
    ready, _, _ = select.select([read_end], [], [], 60)
    assert ready
    assert os.read(read_end, 1) == b""
    os.close(read_end)


def test_output_that_is_not_read_keeps_nobody(fake_ffmpeg):
    fake_ffmpeg("yes")
    with FfmpegRun([], label="film.mp4", has_output=True) as run:
        assert run.output.read(2) == b"y\n"
    assert run.output.closed


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[in#0 @ 0x5581] [error] moov atom not found\n", "moov atom not found"),
        ("Error opening input file [a].mp4.", "Error opening input file [a].mp4."),
        ("", ""),
    ],
)
def test_a_line_without_the_part_that_speaks(line, said):
    assert spoken(line) == said
