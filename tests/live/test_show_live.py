"""`corticast live` as a user runs it: a real sound server, films decoded, a process killed."""

import json
import os
import signal
import subprocess
import time
from contextlib import contextmanager

import nibabel as nib
import numpy as np
import pytest

from corticast.app.live.run import CAPTURE_BLOCK
from corticast.process.ffmpeg import executable
from tests.displays import DEADLINE_S, ended, until
from tests.films import decoded, fragments_of, needs_ffprobe, probed
from tests.live.shows import BEEP_S, CORTICAST, PERIOD_S, RATE, beeps

pytestmark = [pytest.mark.live, pytest.mark.gl, pytest.mark.slow]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """A dark volume and contacts that fill a small frame."""
    folder = tmp_path_factory.mktemp("inputs")
    voxels = np.zeros((20, 20, 20), np.int16)
    voxels[0, 0, 0] = 1000
    nib.save(nib.Nifti1Image(voxels, np.diag([4.0, 4, 4, 1])), folder / "T1w.nii.gz")
    rows = ["name\tx\ty\tz"] + [f"E{i}\t38\t38\t{4 + 8 * i}" for i in range(10)]
    (folder / "electrodes.tsv").write_text("\n".join(rows) + "\n")
    return ["--volume", folder / "T1w.nii.gz", "--electrodes", folder / "electrodes.tsv", "--electrodes-space", "world"]


# Contacts that fill a small frame, and nothing else in it.
SPOTS = [
    "--no-flash-limit", "--layout", "coronal", "--electrode-depth", "all", "--electrode-size", "20,300",
]  # fmt: skip
LOOK = [*SPOTS, "--no-labels", "--size", "128x128"]


def live(*arguments, env, timeout=120, **more):
    return subprocess.run(
        [CORTICAST, "live", *map(str, arguments)], capture_output=True, text=True, timeout=timeout, env=env, **more
    )


@contextmanager
def captured(inputs, pulse, film, look=LOOK):
    """A running show and its partial film, once the film holds something."""
    show = subprocess.Popen(
        [CORTICAST, "live", *map(str, inputs), *look, "--device", pulse.source, "--headless", "--record", film],
        env=pulse.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # A shell lets its commands in the background, and all that they start, ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    partial = film.with_name("show.partial.mp4")
    with ended(show):
        until(lambda: show.poll() is not None or (partial.exists() and partial.stat().st_size), "the film")
        assert show.poll() is None, show.stderr.read()
        yield show, partial


def interrupted(show):
    """What a show reports and says when Ctrl-C ends it."""
    show.send_signal(signal.SIGINT)
    said, complaints = show.communicate(timeout=DEADLINE_S)
    assert show.returncode == 0, complaints
    return json.loads(said), complaints


def summary(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def rises_s(values, times_s):
    """When a signal passes half of its height upwards, between its samples."""
    half = (values.min() + values.max()) / 2
    before = np.flatnonzero((values[:-1] < half) & (values[1:] >= half))
    share = (half - values[before]) / (values[before + 1] - values[before])
    return times_s[before] + share * (times_s[before + 1] - times_s[before])


def heard_rises_s(film):
    """When tones begin in a film's sound."""
    command = [executable(), "-v", "error", "-i", film, "-map", "0:a", "-ac", "1", "-ar", str(RATE)]
    samples = np.frombuffer(
        subprocess.run([*command, "-f", "f32le", "-"], capture_output=True, check=True).stdout, np.float32
    )
    width = RATE // 500
    envelope = np.sqrt(np.convolve(samples**2, np.ones(width) / width, mode="same"))
    found = rises_s(envelope, np.arange(len(envelope)) / RATE)
    return found[np.diff(found, prepend=-1) > PERIOD_S / 2]


def lights_of(film, fps):
    """When lights of a decoded film begin, and from when on every tone has one light of its own.

    A stream may begin within a tone. Bands beside that tone's are then lit too, for two seconds.
    """
    brightness = decoded(film, "gray", shape=(128, 128)).mean(axis=(1, 2, 3))
    first = np.flatnonzero(np.abs(np.diff(brightness)) > 1)[0] + int(fps * (2 + PERIOD_S))
    return rises_s(brightness[first:], np.arange(first, len(brightness)) / fps), first / fps


def assert_in_time(seen, heard, fps, capture):
    """Check that lights come with their tones, however slowly frames were drawn.

    No light is early. A frame that was drawn late is replaced by repeats of the one before, and nothing else makes a
    light late.
    """
    near = [seen[(seen > each - PERIOD_S / 4) & (seen < each + PERIOD_S / 2)] for each in heard]
    # Repeats may hide a light: they then last as long as its tone.
    late = fps * np.array(
        [lights[0] - each if len(lights) else BEEP_S for lights, each in zip(near, heard, strict=True)]
    )
    assert late.min() > -1
    assert np.quantile(np.abs(late), 0.25) <= 0.5
    assert np.maximum(late - 1, 0).sum() <= capture["repeated"] + capture["dropped"]


def assert_as_long_as_heard(film, reported, fps=30, n_streams=1):
    """Check that a film lasts as long as the sound that came or was lost, and so does the film's own sound.

    In its first second a stream settles, and its blocks are not taken in.
    """
    duration = {s["codec_type"]: float(s["duration"]) for s in probed(film, "stream=codec_type,duration")["streams"]}
    assert duration["video"] == pytest.approx(reported["capture"]["frames"] / fps, abs=1e-3)
    assert duration["video"] == pytest.approx(duration["audio"], abs=2 / fps)
    heard_s = (reported["n_blocks"] * CAPTURE_BLOCK + reported["n_lost"]) / RATE
    assert heard_s - 2 * n_streams < duration["video"] < heard_s + 2 / fps


@needs_ffprobe
def test_the_film_of_a_show_is_in_time_with_its_sound(pulse, inputs, tmp_path):
    """Light and sound of the decoded film, beep by beep."""
    fps = 30
    player = pulse.play(beeps(tmp_path / "beeps.wav", 60))
    film = tmp_path / "show.mp4"
    done = live(
        *inputs, *LOOK, "--device", pulse.source, "--headless", "--seconds", 9, "--fps", fps,
        "--attack", 0, "--release", 0.05, "--record", film, env=pulse.environment,
    )  # fmt: skip
    player.kill()
    reported = summary(done)
    assert reported["seconds"] >= 9
    assert reported["sizes"].startswith("contact diameters: 20 at rest, 300 at full activity, in pixels of a frame")
    assert not list(tmp_path.glob("*partial*"))
    assert_as_long_as_heard(film, reported, fps)
    heard, lost_s = heard_rises_s(film), reported["n_lost"] / RATE
    n_wanted = reported["capture"]["frames"] / fps / PERIOD_S
    assert -1 <= n_wanted - len(heard) <= 1 + (lost_s > 0) + lost_s / PERIOD_S
    seen, begins_s = lights_of(film, fps)
    assert_in_time(seen, heard[(heard > begins_s) & (heard < heard.max())], fps, reported["capture"])


@needs_ffprobe
def test_the_film_of_a_show_survives_the_death_of_everything(pulse, inputs, tmp_path):
    """SIGKILL of the show and of its encoder: the partial film plays with sound, except for its last second."""
    player = pulse.play(beeps(tmp_path / "beeps.wav", 60))
    film = tmp_path / "show.mp4"
    with captured(inputs, pulse, film) as (show, partial):
        # The stream began when the capture did, before there was anything in the file.
        begun = time.monotonic()

        def is_kept():
            """Whether there are some seconds of film, and all but the last one is in the file."""
            n_kept = sum(fragments_of(partial))
            return n_kept > 120 and n_kept / 30 >= time.monotonic() - begun - 1

        until(is_kept, "a film that keeps up with its show")
        n_kept = sum(fragments_of(partial))
        encoders = [pid for pid, parent in processes().items() if parent == show.pid]
        for pid in [show.pid, *encoders]:
            os.kill(pid, signal.SIGKILL)
        show.communicate()
    player.kill()
    assert not film.exists()
    n_frames = len(decoded(partial, "gray", shape=(128, 128)))
    assert n_frames >= n_kept
    # A kill takes the last fragment away: each is short.
    assert max(fragments_of(partial)) <= 0.7 * 30
    reported = {s["codec_type"] for s in probed(partial, "stream=codec_type")["streams"]}
    assert reported == {"video", "audio"}
    heard = heard_rises_s(partial)
    assert heard.max() >= n_kept / 30 - 1 - PERIOD_S
    # The next show of that name does not take it for its own.
    again = live(*inputs, "--headless", "--seconds", 1, "--record", film, env=pulse.environment)
    assert again.returncode == 2
    assert "show.partial.mp4" in again.stderr
    assert len(decoded(partial, "gray", shape=(128, 128))) == n_frames


def test_a_capture_of_odd_size_repeats_its_last_row_and_column(pulse, inputs, tmp_path):
    film = tmp_path / "show.mp4"
    with captured(inputs, pulse, film, look=[*SPOTS, "--no-labels", "--size", "161x121", "--background", "white"]) as (
        show,
        _,
    ):
        report, complaints = interrupted(show)
    assert report["size"] == [161, 121]
    assert report["capture"]["size"] == [162, 122]
    (video,) = probed(film, "stream", "-select_streams", "v")["streams"]
    assert (video["width"], video["height"]) == (162, 122)
    assert complaints.count("161x121 is written as 162x122") == 1
    grey = decoded(film, "gray", shape=(122, 162))[-1, :, :, 0].astype(int)
    assert grey[0, 0] > 200
    assert np.abs(grey[:, -1] - grey[:, -2]).max() <= 6
    assert np.abs(grey[-1] - grey[-2]).max() <= 6


def processes():
    """Parent of every process."""
    table = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return dict(tuple(map(int, line.split())) for line in table.splitlines())


@needs_ffprobe
def test_a_server_that_dies_and_comes_back(pulse, inputs, tmp_path):
    """The show continues, reports the number of missing samples, and hears again."""
    film, sound = tmp_path / "show.mp4", beeps(tmp_path / "beeps.wav", 60)
    pulse.play(sound)
    with captured(inputs, pulse, film, look=[*SPOTS, "--labels", "clock", "--size", "128x128"]) as (show, partial):
        until(lambda: len(heard_rises_s(partial)) >= 2, "beeps in the film")
        pulse.kill()
        killed_s, n_before = time.monotonic(), sum(fragments_of(partial))
        until(lambda: sum(fragments_of(partial)) > n_before + 60, "two seconds of film without a server")
        dead_s, n_dead = time.monotonic() - killed_s, sum(fragments_of(partial))
        pulse.start()
        pulse.play(sound)
        until(lambda: (heard_rises_s(partial) > n_dead / 30).sum() >= 3, "beeps after the silence")
        reported, _ = interrupted(show)
    assert_as_long_as_heard(film, reported, n_streams=2)
    # The missing sound is silent in the film.
    gaps_s = np.diff(heard_rises_s(film))
    silent_s = gaps_s[gaps_s > 1.5 * PERIOD_S].sum()
    assert dead_s - 0.1 < reported["n_lost"] / RATE < silent_s + PERIOD_S
    # The clock in the picture went on.
    frames = decoded(film, "gray", shape=(128, 128))[n_before:n_dead].astype(int)
    assert (np.abs(np.diff(frames, axis=0)).max(axis=(1, 2, 3)) > 20).sum() > 1


def test_without_a_server_the_show_goes_on(inputs, tmp_path):
    env = {**os.environ, "PULSE_SERVER": f"unix:{tmp_path}/none", "XDG_RUNTIME_DIR": str(tmp_path)}
    reported = summary(live(*inputs, *LOOK, "--headless", "--seconds", 2, env=env))
    assert reported["n_blocks"] == 0
    # Frames are drawn when they are due, or left out.
    assert reported["n_frames"] > 1
    assert 2 * 30 <= reported["n_frames"] + reported["n_late"] <= reported["seconds"] * 30 + 1
    assert reported["n_lost"] <= reported["seconds"] * reported["sample_rate"]


@needs_ffprobe
def test_a_film_of_playing_along_sounds_as_it_was_heard(pulse, inputs, tmp_path):
    """The film of a file that plays equals it in sound, and is in time."""
    sound = beeps(tmp_path / "beeps.wav", 4)
    done = live(
        *inputs, *LOOK, "--audio", sound, "--headless", "--smoothing-hz", 40,
        "--record", tmp_path / "show.mp4", env=pulse.environment,
    )  # fmt: skip
    reported = summary(done)
    assert reported["capture"]["frames"] / 30 == pytest.approx(4, abs=0.1)
    brightness = decoded(tmp_path / "show.mp4", "gray", shape=(128, 128)).mean(axis=(1, 2, 3))
    seen, heard = rises_s(brightness, np.arange(len(brightness)) / 30), heard_rises_s(tmp_path / "show.mp4")
    np.testing.assert_allclose(heard, np.arange(8) * PERIOD_S + PERIOD_S - BEEP_S, atol=0.01)
    assert_in_time(seen, heard[:-1], 30, reported["capture"])


def test_interrupting_completes_the_film(pulse, inputs, tmp_path):
    with captured(inputs, pulse, tmp_path / "show.mp4") as (show, _):
        reported, _ = interrupted(show)
    assert len(decoded(tmp_path / "show.mp4", "gray", shape=(128, 128))) == reported["capture"]["frames"]
    assert [file.name for file in tmp_path.iterdir()] == ["show.mp4"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--channel", "x", "--headless"], ["--channel x", "all or mix"]),
        (["--channel", "40", "--headless", "--seconds", "1"], ["--channel 40"]),
        (["--gain", "loud", "--headless"], ["--gain loud", "auto"]),
        (["--seconds", "0", "--headless"], ["--seconds 0"]),
        (["--block-size", "1", "--headless"], ["--block-size 1"]),
        (["--headless", "--seconds", "1", "--record", "/nowhere/show.mp4"], ["/nowhere"]),
        (["--headless", "--seconds", "1", "--record", "show.gif"], ["show.gif"]),
        (["--drive", "post", "--headless"], ["--drive post", "--audio"]),
        (["--backend", "egl", "--seconds", "1"], ["--backend egl", "--headless"]),
        (["--gpu", "0", "--seconds", "1"], ["--gpu 0", "--headless"]),
        (["--channels", "0", "--headless"], ["--channels 0"]),
        (["--sample-rate", "-1", "--headless"], ["--sample-rate -1"]),
        (["--scale", "global", "--headless"], ["--scale", "--audio"]),
        (["--audio", "song.wav", "--attack", "1", "--headless"], ["--attack", "--audio"]),
        (["--attack", "-1", "--headless"], ["--attack"]),
        (["--electrode-cmap", "no-such", "--headless", "--seconds", "1"], ["no-such"]),
    ],
)
def test_what_cannot_be_is_reported_in_one_line(pulse, inputs, tmp_path, arguments, words):
    done = live(*inputs, *arguments, env=pulse.environment, cwd=tmp_path)
    assert done.returncode in (1, 2), done.stdout
    lines = [line for line in done.stderr.splitlines() if line]
    assert len(lines) == 1, done.stderr
    assert all(word in lines[0] for word in words), lines[0]
    assert not list(tmp_path.iterdir())


def test_devices_are_listed(pulse):
    done = live("--device", "list", env=pulse.environment)
    assert done.returncode == 0
    assert pulse.source in done.stdout
    assert "loopback" in done.stdout


def test_a_device_that_is_not_there_is_reported(pulse, inputs):
    done = live(*inputs, "--device", "nonsense", "--headless", "--seconds", "1", env=pulse.environment)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "nonsense" in done.stderr
    assert pulse.source in done.stderr or "Monitor" in done.stderr
