"""A sound through a real server: whole, and heard when it is said to be heard."""

import time
from contextlib import ExitStack

import numpy as np
import pytest

from corticast.audio.capture import Capture
from corticast.audio.playback import Playback
from corticast.core.model.types import SampledSound
from tests.displays import until
from tests.live.listening import Listener, assert_whole, find, noise, processes

pytestmark = [pytest.mark.live, pytest.mark.slow]

MODULE = "corticast.audio.playback_process"


@pytest.fixture(autouse=True)
def nothing_stays():
    """No process of ours outlives its test."""
    yield
    until(lambda: not processes(MODULE), "the end of each process")


def heard_until(playback, condition, what, patience_s=30):
    """(n, 2): monotonic times and the positions that were heard then."""
    rows, end_s = [], time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < end_s, f"{what}: {playback.status}"
        now_s = time.monotonic()
        rows.append((now_s, playback.heard(now_s)))
        time.sleep(0.004)
    return np.array(rows)


@pytest.mark.parametrize("n_channels", [1, 2])
def test_what_is_heard_is_what_comes_out(pulse, rng, n_channels):
    """Beside the null sink's monitor, the capture reports when each sample came out."""
    sound = SampledSound(noise(rng, n_channels, 6 * pulse.rate), pulse.rate)
    with Capture(pulse.source, n_channels=n_channels) as capture:
        listener = Listener(capture)
        listener.read_until_running()
        rows = []
        with Playback(sound) as playback:

            def look():
                now_s = time.monotonic()
                rows.append((now_s, playback.heard(now_s)))
                return playback.is_over

            assert playback.heard() == 0
            listener.read_until(look, "it does not end")
            assert playback.heard() == sound.n_samples
            status = playback.status
            listener.read_until_silent(pulse.rate // 5)
        samples = listener.samples
        # From the second on: the sink wakes up in the first.
        probes = np.arange(pulse.rate, 5 * pulse.rate, pulse.rate // 3)
        places = [find(sound.samples[0, probe : probe + 4000], samples[0]) for probe in probes]
        came_s = np.array([capture.arrival_s(place) for place in places])
    assert status.state == "running"
    assert status.message == ""
    assert status.output_latency_s > 0
    assert status.n_lost == 0
    assert status.n_blocks >= sound.n_samples / 4096
    for channel, recorded in zip(sound.samples, samples, strict=True):
        assert_whole(channel[pulse.rate :], recorded)
    rows = np.array(rows)
    assert (np.diff(rows[:, 1]) >= 0).all()
    moving = rows[(rows[:, 1] > pulse.rate) & (rows[:, 1] < sound.n_samples)]
    # Of most stretches of some tenths of a second: the null sink's clock is off by some tenths of a per mille.
    slopes = (moving[60:, 1] - moving[:-60, 1]) / (moving[60:, 0] - moving[:-60, 0])
    assert np.median(slopes) == pytest.approx(pulse.rate, rel=0.005)
    said_s = np.interp(probes, moving[:, 1], moving[:, 0])
    # Blocks of the capture come in pairs of 512: some of the samples wait 23 ms for theirs to be full.
    # And some wait longer, on a busy machine.
    assert np.quantile(np.abs(came_s - said_s), 0.25) < 0.03


def test_a_pause_holds(pulse, rng):
    sound = SampledSound(noise(rng, 2, 3 * pulse.rate), pulse.rate)
    with Capture(pulse.source) as capture, ExitStack() as stack:
        listener = Listener(capture)
        listener.read_until_running()
        playback = stack.enter_context(Playback(sound))
        listener.read_until(lambda: playback.heard() > 0.5 * pulse.rate, "it does not begin")
        before, paused_s = playback.heard(), -time.monotonic()
        playback.pause()
        # What the device has taken is still heard.
        listener.read_until_silent(pulse.rate // 4)
        listener.read_for(0.25)
        held = playback.heard()
        listener.read_for(0.5)
        assert playback.heard() == held
        assert held - before < pulse.rate
        playback.resume()
        paused_s += time.monotonic()
        listener.read_until(lambda: playback.is_over, "it does not end")
        listener.read_until_silent(pulse.rate // 5)
        samples = listener.samples[0]
        assert playback.status.n_lost == 0
    # All that was to be heard was, with a silence in between.
    place = find(sound.samples[0, int(held) - 3000 : int(held)], samples)
    after = find(sound.samples[0, int(held) : int(held) + 3000], samples)
    pause_s = (after - place - 3000) / pulse.rate
    assert paused_s - 0.4 < pause_s < paused_s + 0.5
    silent = samples[place + 3000 : after]
    np.testing.assert_array_equal(silent, 0)
    assert_whole(sound.samples[0, int(held) :], samples[after:])


def test_the_server_is_killed_and_comes_back(pulse, rng):
    """Meanwhile the sound continues silently. Later it is heard again at the clock's position."""
    sound = SampledSound(noise(rng, 2, 60 * pulse.rate), pulse.rate)
    with Playback(sound) as playback:
        heard_until(playback, lambda: playback.heard() > pulse.rate / 2, "it does not begin")
        pulse.kill()
        try:
            heard_until(playback, lambda: playback.status.state == "lost", "it was not noticed")
            end_s = time.monotonic() + 2
            rows = heard_until(playback, lambda: time.monotonic() > end_s, "")
            slope, _ = np.polyfit(rows[:, 0] - rows[0, 0], rows[:, 1], 1)
            assert slope == pytest.approx(pulse.rate, rel=0.01)
            assert "\n" not in playback.status.message
            assert playback.status.message
        finally:
            pulse.start()
        heard_until(playback, lambda: playback.status.state == "running", "it did not come back")
        assert playback.status.message == "Null Output is back"
        with Capture(pulse.source) as capture:
            listener = Listener(capture)
            listener.read_until_running()
            listener.read_until_heard(2 * pulse.rate)
            probe = int(playback.heard()) - pulse.rate
            listener.read_for(0.5)
            samples = listener.samples[0]
            place = find(sound.samples[0, probe : probe + 4000], samples)
            np.testing.assert_allclose(samples[place : place + 4000], sound.samples[0, probe : probe + 4000], atol=1e-6)


def test_without_a_device_the_clock_goes_on(pulse, rng, monkeypatch):
    monkeypatch.setenv("PULSE_SERVER", f"unix:{pulse.folder}/nobody")
    sound = SampledSound(noise(rng, 1, pulse.rate), pulse.rate)
    with Playback(sound) as playback:
        rows = heard_until(playback, lambda: playback.is_over, "it does not end")
        assert playback.status.message
    moving = rows[(rows[:, 1] > 0) & (rows[:, 1] < sound.n_samples)]
    slope, _ = np.polyfit(moving[:, 0] - moving[0, 0], moving[:, 1], 1)
    assert slope == pytest.approx(pulse.rate, rel=0.01)


class Broken(SampledSound):
    """A file that cannot be read to its end any more."""

    def blocks(self, block_size=65536, start=0, stop=None):
        from corticast.errors import DataError

        yield from super().blocks(block_size, start, self.n_samples // 2)
        raise DataError("song.wav: sample 22050 of 44100 cannot be read any more; give it again")


def test_a_file_that_breaks_is_silence_and_a_message(pulse, rng):
    sound = Broken(noise(rng, 1, pulse.rate), pulse.rate)
    with Playback(sound) as playback:
        heard_until(playback, lambda: "sample 22050" in playback.status.message, "it was not noticed")
        assert playback.status.state in ("opening", "running")
