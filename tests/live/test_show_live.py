"""`corticast live` as a user runs it: a real sound server, films decoded, a process killed."""

import json
import os
import signal
import subprocess
import time

import nibabel as nib
import numpy as np
import pytest

from corticast.app.live.run import CAPTURE_BLOCK
from corticast.process.ffmpeg import executable
from tests.films import decoded, needs_ffprobe, probed
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


LOOK = [
    "--no-flash-limit",
    "--layout",
    "coronal",
    "--no-labels",
    "--electrode-depth",
    "all",
    "--electrode-size",
    "20,300",
]


def live(*arguments, env, timeout=120, **more):
    return subprocess.run(
        [CORTICAST, "live", *map(str, arguments)], capture_output=True, text=True, timeout=timeout, env=env, **more
    )


def captured(inputs, pulse, film, *more):
    """A running show and its partial film, once the film holds something."""
    show = subprocess.Popen(
        [CORTICAST, "live", *map(str, inputs), *LOOK, "--device", pulse.source, "--headless", "--size", "128x128",
         "--record", film, *more],
        env=pulse.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    partial = film.with_name("show.partial.mp4")
    deadline = time.monotonic() + 60
    while not (partial.exists() and partial.stat().st_size):
        assert show.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return show, partial


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


@needs_ffprobe
def test_the_film_of_a_show_is_in_time_with_its_sound(pulse, inputs, tmp_path):
    """Light and sound of the decoded film, beep by beep, and its length beside what the show says to have heard."""
    fps = 30
    player = pulse.play(beeps(tmp_path / "beeps.wav", 60))
    film = tmp_path / "show.mp4"
    done = live(
        *inputs, *LOOK, "--device", pulse.source, "--headless", "--seconds", 9, "--size", "128x128", "--fps", fps,
        "--attack", 0, "--release", 0.05, "--record", film, env=pulse.environment,
    )  # fmt: skip
    player.kill()
    reported = summary(done)
    assert reported["seconds"] >= 9
    assert not list(tmp_path.glob("*partial*"))
    duration = {s["codec_type"]: float(s["duration"]) for s in probed(film, "stream=codec_type,duration")["streams"]}
    assert duration["video"] == pytest.approx(reported["capture"]["frames"] / fps, abs=1e-3)
    assert duration["video"] == pytest.approx(duration["audio"], abs=2 / fps)
    # The film lasts as long as the sound that came, except for the first second, in which a stream settles.
    came_s, lost_s = reported["n_blocks"] * CAPTURE_BLOCK / RATE, reported["n_lost"] / RATE
    assert came_s - 2 < duration["video"] < came_s + lost_s + 2 / fps
    heard = heard_rises_s(film)
    assert -1 <= duration["video"] / PERIOD_S - len(heard) <= 1 + (lost_s > 0) + lost_s / PERIOD_S
    seen, begins_s = lights_of(film, fps)
    assert_in_time(seen, heard[(heard > begins_s) & (heard < heard.max())], fps, reported["capture"])


@needs_ffprobe
def test_the_film_of_a_show_survives_the_death_of_everything(pulse, inputs, tmp_path):
    """SIGKILL of the show and of its encoder: the partial film plays with sound, except for its last second."""
    player = pulse.play(beeps(tmp_path / "beeps.wav", 30))
    film = tmp_path / "show.mp4"
    show, partial = captured(inputs, pulse, film)
    # The stream began when the capture did, before there was anything in the file.
    begun = time.monotonic()
    time.sleep(5)
    lasted = time.monotonic() - begun
    encoders = [pid for pid, parent in processes().items() if parent == show.pid]
    for pid in [show.pid, *encoders]:
        os.kill(pid, signal.SIGKILL)
    show.communicate()
    player.kill()
    assert not film.exists()
    n_frames = len(decoded(partial, "gray", shape=(128, 128)))
    assert n_frames / 30 >= lasted - 1
    reported = {s["codec_type"] for s in probed(partial, "stream=codec_type")["streams"]}
    assert reported == {"video", "audio"}
    heard = heard_rises_s(partial)
    assert heard.max() >= lasted - 1 - PERIOD_S
    # The next show of that name does not take it for its own.
    again = live(*inputs, "--headless", "--seconds", 1, "--record", film, env=pulse.environment)
    assert again.returncode == 2
    assert "show.partial.mp4" in again.stderr
    assert len(decoded(partial, "gray", shape=(128, 128))) == n_frames


def test_a_capture_of_odd_size_repeats_its_last_row_and_column(pulse, inputs, tmp_path):
    film = tmp_path / "show.mp4"
    look = ("--headless", "--seconds", 1, "--size", "161x121", "--background", "white", "--record", film)
    done = live(*inputs, *LOOK, "--device", pulse.source, *look, env=pulse.environment)
    report = summary(done)
    assert report["size"] == [161, 121]
    assert report["capture"]["size"] == [162, 122]
    (video,) = probed(film, "stream", "-select_streams", "v")["streams"]
    assert (video["width"], video["height"]) == (162, 122)
    assert done.stderr.count("161x121 is written as 162x122") == 1
    grey = decoded(film, "gray", shape=(122, 162))[-1, :, :, 0].astype(int)
    assert np.abs(grey[:, -1] - grey[:, -2]).max() <= 6
    assert np.abs(grey[-1] - grey[-2]).max() <= 6


def processes():
    """Parent of every process."""
    table = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return dict(tuple(map(int, line.split())) for line in table.splitlines())


@needs_ffprobe
def test_a_server_that_dies_and_comes_back(pulse, inputs, tmp_path):
    """The show continues, reports the number of missing samples, and hears again."""
    film = tmp_path / "show.mp4"
    show, _ = captured(inputs, pulse, film, "--seconds", "12")
    time.sleep(3)
    pulse.kill()
    time.sleep(2)
    pulse.start()
    player = pulse.play(beeps(tmp_path / "beeps.wav", 30))
    said, complaints = show.communicate(timeout=60)
    player.kill()
    assert show.returncode == 0, complaints
    reported = json.loads(said)
    # Two seconds without a server, and up to another until it is found again.
    assert 1.5 * RATE < reported["n_lost"] < 6 * RATE
    assert reported["fps"] > 15
    # The stream begins when the device has been opened, and lasts as long as the show.
    duration = {s["codec_type"]: float(s["duration"]) for s in probed(film, "stream=codec_type,duration")["streams"]}
    assert duration["video"] == pytest.approx(duration["audio"], abs=2 / 30)
    assert reported["seconds"] - 4 < duration["video"] < reported["seconds"] + 0.5
    # The film holds the last sound.
    assert len(heard_rises_s(film)) >= 3


def test_without_a_server_the_show_goes_on(inputs, tmp_path):
    env = {**os.environ, "PULSE_SERVER": f"unix:{tmp_path}/none", "XDG_RUNTIME_DIR": str(tmp_path)}
    reported = summary(live(*inputs, *LOOK, "--headless", "--seconds", 2, "--size", "128x128", env=env))
    assert reported["n_frames"] > 20
    assert reported["n_blocks"] == 0


@needs_ffprobe
def test_a_film_of_playing_along_sounds_as_it_was_heard(pulse, inputs, tmp_path):
    """The film of a file that plays equals it in sound, and is in time."""
    sound = beeps(tmp_path / "beeps.wav", 4)
    done = live(
        *inputs, *LOOK, "--audio", sound, "--headless", "--size", "128x128", "--smoothing-hz", 40,
        "--record", tmp_path / "show.mp4", env=pulse.environment,
    )  # fmt: skip
    reported = summary(done)
    assert reported["capture"]["frames"] / 30 == pytest.approx(4, abs=0.1)
    brightness = decoded(tmp_path / "show.mp4", "gray", shape=(128, 128)).mean(axis=(1, 2, 3))
    seen, heard = rises_s(brightness, np.arange(len(brightness)) / 30), heard_rises_s(tmp_path / "show.mp4")
    np.testing.assert_allclose(heard, np.arange(8) * PERIOD_S + PERIOD_S - BEEP_S, atol=0.01)
    assert_in_time(seen, heard[:-1], 30, reported["capture"])


def test_interrupting_completes_the_film(pulse, inputs, tmp_path):
    show, _ = captured(inputs, pulse, tmp_path / "show.mp4")
    show.send_signal(signal.SIGINT)
    said, complaints = show.communicate(timeout=60)
    assert show.returncode == 0, complaints
    reported = json.loads(said)
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
