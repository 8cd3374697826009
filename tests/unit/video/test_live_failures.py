"""A show that is written while it happens survives slowness, full disks and kills."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
import threading
import tracemalloc
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.films import (
    HEIGHT,
    WIDTH,
    decoded,
    heard,
    needs_ffprobe,
    number_of,
    time_stamps,
)
from tests.processes import children, state
from tests.unit.video.shows import (
    PREVIOUS,
    SAMPLE_RATE,
    capture,
    check_repeats,
    fail,
    large,
    numbers_of,
    offsets_of,
    perform,
    picture,
    running,
    tone,
    until,
)

from corticast.errors import DeviceError, EncoderError, OptionError
from corticast.process.ffmpeg import executable
from corticast.video.live_writer import LiveWriter

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks for leaks in /proc"),
    pytest.mark.usefixtures("nothing_leaks"),
]


# Killed.

PERFORMER = """
import sys, time
from pathlib import Path
import numpy as np
from tests.films import HEIGHT, WIDTH
from tests.unit.video.shows import capture, click, large, until
with capture(Path(sys.argv[1]), size=(10 * WIDTH, 10 * HEIGHT)) as show:
    start_s = time.monotonic()
    for k in range(1800):
        times_s = np.arange(1600 * k, 1600 * (k + 1)) / 48000
        show.hear(click((times_s + 0.25) % 0.5 - 0.25)[None].astype(np.float32))
        show.show(large(0xFFFF if k % 15 == 0 and k else 0, 10))
        print(show.n_frames, show.n_waiting, flush=True)
        time.sleep(max(0, start_s + (k + 1) / 30 - time.monotonic()))
        # A slow encoder would have frames dropped, and flashes among them.
        until(lambda: show.n_waiting < 6)
"""


@needs_ffprobe
@pytest.mark.parametrize("with_encoder", [True, False])
def test_a_show_that_is_killed_plays_up_to_its_last_second(tmp_path, with_encoder):
    """All at once without a warning, or only us; then ffmpeg ends by itself.

    Frames are large: pipes hold few of them. The show knows of all others that wait for a slow encoder.
    """
    film = tmp_path / "show.mp4"
    n_wanted = int(np.random.default_rng().integers(60, 150))
    command = [sys.executable, "-c", PERFORMER, str(film)]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True, process_group=0) as performer:
        try:
            tasks = Path(f"/proc/{performer.pid}/task").iterdir
            reported = list(itertools.islice(performer.stdout, n_wanted))
            (encoder,) = (int(pid) for task in tasks() for pid in (task / "children").read_text().split())
            assert os.getpgid(encoder) == encoder
        finally:
            os.killpg(performer.pid, signal.SIGKILL)
        if with_encoder:
            os.killpg(encoder, signal.SIGKILL)
        n_shown, n_waiting = map(int, [*reported, *performer.stdout][-1].split())
    until(lambda: not running(encoder))
    partial = tmp_path / "show.partial.mp4"
    assert list(tmp_path.iterdir()) == [partial]
    n_frames, n_samples = len(time_stamps(partial)), len(heard(partial))
    n_lost = n_shown - min(n_frames, int(n_samples / SAMPLE_RATE * 30))
    assert n_lost - n_waiting < 30, (n_shown, n_waiting)
    flashes = np.arange(15, n_shown - n_lost - 3, 15)
    assert len(flashes)
    offsets_s = offsets_of(partial, Fraction(30), flashes, shape=(10 * HEIGHT, 10 * WIDTH))
    assert np.abs(offsets_s).max() < 1 / 60
    # The partial film stays for the user.
    with pytest.raises(OptionError, match=r"show\.partial\.mp4 exists, .*overwrite") as caught:
        capture(film)
    assert "\n" not in str(caught.value)
    with capture(film, overwrite=True) as show:
        perform(show, 10)
    assert numbers_of(film) == list(range(10))
    assert list(tmp_path.iterdir()) == [film]


# Slow.


@pytest.fixture
def stopped():
    """Stops an encoder; it continues after the test at the latest."""
    pids = []

    def stop(pid: int) -> None:
        pids.append(pid)
        os.kill(pid, signal.SIGSTOP)

    yield stop
    for pid in pids:
        if running(pid):
            os.kill(pid, signal.SIGCONT)


def test_an_encoder_that_stands_still_keeps_nobody_waiting(tmp_path, stopped):
    """Nobody lets it go on while frames are shown: a call that waited for it would wait for ever."""
    film = tmp_path / "show.mp4"
    n_stopped, n_late = 110, 9
    size = (WIDTH * 6, HEIGHT * 6)

    def give(n_frames: int) -> None:
        for _ in range(n_frames):
            show.hear(tone(1600))
            show.show(large(show.n_frames, 6))
            until(lambda: show.n_waiting < 6)

    known = children()
    with capture(film, size=size) as show:
        (encoder,) = children() - known
        give(20)
        stopped(encoder)
        late = tone((1 + n_late) * 1600)
        most_bytes = 0
        tracemalloc.start()
        for _ in range(n_stopped):
            frame = large(show.n_frames, 6)
            before = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            show.hear(late)
            show.show(frame, 1 + n_late)
            most_bytes = max(most_bytes, tracemalloc.get_traced_memory()[1] - before)
        # Half a minute of sound; frames are in memory that was there before.
        assert most_bytes < 2 * show.frame_bytes
        assert tracemalloc.get_traced_memory()[0] < 4 * 30 * SAMPLE_RATE + 2 * show.frame_bytes
        tracemalloc.stop()
        # Every call returned while the encoder stood still.
        assert state(encoder) == "T"
        assert show.n_waiting > (n_stopped - 20) * (1 + n_late)
        assert show.n_silenced > 0
        os.kill(encoder, signal.SIGCONT)
        until(lambda: show.n_waiting == 0)
        resumed = show.n_frames
        give(20)
    numbers = [number_of(frame[::6, ::6, 0]) for frame in decoded(film, "gray", shape=size[::-1])]
    assert len(numbers) == show.n_frames == 40 + n_stopped * (1 + n_late)
    assert numbers[:20] == list(range(20))
    assert numbers[-20:] == list(range(resumed, resumed + 20))
    assert show.n_dropped > n_stopped - 30
    assert show.n_repeated == n_stopped * n_late
    assert len(heard(film)) == show.n_frames * 1600


def test_an_encoder_that_is_too_slow_makes_fewer_pictures_not_a_longer_film(tmp_path):
    film = tmp_path / "show.mp4"
    n_frames = 120
    shown = [large(k, 10) for k in range(n_frames)]
    with capture(film, Fraction(60), size=(10 * WIDTH, 10 * HEIGHT), preset="veryslow", threads=1) as show:
        for frame in shown:
            show.hear(tone(800))
            show.show(frame)
    frames = decoded(film, "gray", shape=(10 * HEIGHT, 10 * WIDTH))
    assert len(frames) == n_frames
    assert show.n_dropped > 0
    check_repeats([number_of(frame[::10, ::10, 0]) for frame in frames], show)


# Failing.


def check_over(show: LiveWriter, match: str) -> None:
    """A show that has failed: further calls do nothing, and its end says why."""
    until(lambda: show.failure is not None)
    writers = {"corticast-frames", "corticast-sound"}
    until(lambda: not writers & {thread.name for thread in threading.enumerate()})
    n_frames = show.n_frames
    show.show(picture(0))
    show.hear(tone(1600))
    assert show.n_frames == n_frames
    with pytest.raises(EncoderError) as caught:
        show.close()
    assert caught.value is show.failure
    assert re.search(match, str(caught.value))
    assert "\n" not in str(caught.value)
    assert "libx264" in caught.value.__notes__[0]


def test_an_encoder_that_is_killed_leaves_its_partial_film(tmp_path):
    film = tmp_path / "show.mp4"
    film.write_bytes(PREVIOUS)
    known = children()
    with capture(film, overwrite=True) as show:
        (encoder,) = children() - known
        perform(show, 90)
        until(lambda: show.partial.stat().st_size > len(PREVIOUS))
        os.kill(encoder, signal.SIGKILL)
        check_over(show, r"SIGKILL and left no message; the capture until then is in .*show\.partial\.mp4$")
    assert film.read_bytes() == PREVIOUS
    numbers = numbers_of(show.partial)
    assert numbers
    assert numbers == list(range(len(numbers)))
    assert len(heard(show.partial)) > 0


def test_an_encoder_that_dies_at_once(tmp_path, fake_ffmpeg):
    fake_ffmpeg("echo 'Unknown encoder' >&2; exit 3")
    with capture(tmp_path / "show.mp4") as show:
        with pytest.raises(EncoderError, match=r"show\.mp4: ffmpeg ended with status 3: Unknown encoder\n"):
            show.close()
        with pytest.raises(EncoderError, match="Unknown encoder"):
            show.close()
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


@pytest.mark.parametrize("script", ["exit 0", "head -c 100000 > /dev/null; exit 0"])
def test_an_encoder_that_ends_well_before_the_show(tmp_path, fake_ffmpeg, script):
    fake_ffmpeg(script)
    with capture(tmp_path / "show.mp4") as show:
        for k in range(50):
            show.show(picture(k))
        check_over(show, r"show\.mp4: ffmpeg ended with status 0 and left no message$")
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


def test_no_ffmpeg(tmp_path, monkeypatch):
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "none"))
    with pytest.raises(DeviceError, match="IMAGEIO_FFMPEG_EXE"), capture(tmp_path / "show.mp4"):
        pass
    assert not list(tmp_path.iterdir())


def test_a_full_disk_keeps_what_fits(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("mounting a small disk needs to be root")
    try:
        rng = np.random.default_rng(0)
        with capture(disk / "show.mp4", crf=0) as show:
            while show.failure is None:
                show.hear(tone(1600))
                show.show(rng.integers(0, 255, show.frame_bytes, dtype=np.uint8))
                until(lambda: show.n_waiting < 6 or show.failure is not None)
            check_over(show, r"the disk is full; free some space .*show\.partial\.mp4$")
        assert [path.name for path in disk.iterdir()] == ["show.partial.mp4"]
        command = [executable(), "-v", "quiet", "-i", str(show.partial), "-f", "framecrc", "-"]
        hashes = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        lines = [line for line in hashes.splitlines() if not line.startswith("#")]
        assert sum(line.startswith("0,") for line in lines) > 60
        assert sum(line.startswith("1,") for line in lines) > 60
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_film_that_cannot_be_completed_leaves_its_partial_film(tmp_path, fake_ffmpeg):
    real = executable()
    fake_ffmpeg(f'case "$*" in *faststart*) echo no luck >&2; exit 1;; esac; exec {real} "$@"')
    film = tmp_path / "show.mp4"
    message = r"no luck; the capture until then is in .*/show\.partial\.mp4\n"
    with pytest.raises(EncoderError, match=message), capture(film) as show:
        perform(show, 60)
    assert numbers_of(show.partial) == list(range(60))
    # As a whole number of AAC's frames.
    assert 0 <= len(heard(show.partial)) - 60 * 1600 < 1024
    assert not film.exists()


def test_what_appears_under_the_name_is_kept(tmp_path):
    film = tmp_path / "show.mp4"
    with pytest.raises(OptionError, match=r"appeared while .*show\.partial\.mp4"), capture(film) as show:
        perform(show, 10, lambda: film.write_bytes(PREVIOUS))
    assert film.read_bytes() == PREVIOUS
    assert numbers_of(show.partial) == list(range(10))


def test_the_previous_film_is_replaced_by_the_whole_new_one(tmp_path):
    film = tmp_path / "show: ½ 100%.mp4"
    film.write_bytes(PREVIOUS)
    with capture(film, overwrite=True) as show:
        perform(show, 10)
        assert film.read_bytes() == PREVIOUS
    assert numbers_of(film) == list(range(10))
    assert show.close() == film
    show.show(picture(0))
    show.hear(tone(1600))
    assert show.n_frames == 10
    assert list(tmp_path.iterdir()) == [film]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_show_that_is_broken_off_is_completed(tmp_path, error):
    film = tmp_path / "show.mp4"
    with pytest.raises(error), capture(film) as show:
        perform(show, 40, lambda: fail(error))
    assert numbers_of(film) == list(range(40))
    assert list(tmp_path.iterdir()) == [film]


def test_ctrl_c_while_the_film_is_completed(tmp_path, stopped):
    """The encoder stands still, and the end would never come."""
    film = tmp_path / "show.mp4"

    known = children()

    def stand_still() -> None:
        (encoder,) = children() - known
        until(lambda: show.partial.stat().st_size > 0)
        stopped(encoder)
        impatient.start()

    def interrupt() -> None:
        until(lambda: show._is_ending)
        os.kill(os.getpid(), signal.SIGALRM)

    impatient = threading.Thread(target=interrupt)
    previous = signal.signal(signal.SIGALRM, lambda *_: fail(KeyboardInterrupt))
    try:
        with pytest.raises(KeyboardInterrupt), capture(film) as show:
            perform(show, 60, stand_still)
    finally:
        impatient.join()
        signal.signal(signal.SIGALRM, previous)
    with pytest.raises(EncoderError, match=r"interrupted.*show\.partial\.mp4"):
        show.close()
    numbers = numbers_of(show.partial)
    assert numbers == list(range(len(numbers)))
    assert list(tmp_path.iterdir()) == [show.partial]


def test_two_threads_show_and_hear(tmp_path):
    film = tmp_path / "show.mp4"
    whole = tone(2 * SAMPLE_RATE)
    with capture(film) as show:

        def hear() -> None:
            for first in range(0, whole.shape[1], 512):
                show.hear(whole[:, first : first + 512])

        listener = threading.Thread(target=hear)
        listener.start()
        for k in range(60):
            show.show(picture(k))
            until(lambda: show.n_waiting < 6)
        listener.join()
    assert numbers_of(film) == list(range(60))
    assert np.abs(heard(film) - whole.T).max() < 0.05
