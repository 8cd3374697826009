"""Sound from a real server's monitor: whole, in step with the clock, and through whatever befalls the device."""

import itertools
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import scipy

from corticast.audio.capture import Capture
from corticast.audio.devices import choose_device, device_lines, list_devices
from corticast.errors import DeviceError
from tests.displays import ended, until
from tests.live.listening import Listener, find, is_running, noise, processes

pytestmark = [pytest.mark.live, pytest.mark.slow]

MODULE = "corticast.audio.capture_process"


@pytest.fixture(autouse=True)
def nothing_stays():
    """No process of ours outlives its test."""
    yield
    until(lambda: not processes(MODULE), "the end of each process")


def beginning_s(capture, first=0):
    """Monotonic time at which position 0 came, by the least late of the blocks from a position on."""
    ends = np.arange(first + 256, capture.position, 256)
    came = [(capture.arrival_s(end - 1), end) for end in ends]
    return min(arrival_s - end / capture.sample_rate for arrival_s, end in came if arrival_s is not None)


def test_the_monitor_is_listed(pulse):
    devices = list_devices()
    assert [device.source for device in devices] == pulse.sources() == [pulse.source]
    [device] = devices
    assert device.is_loopback
    assert device.is_default
    assert (device.number, device.n_channels, device.sample_rate) == (0, 2, pulse.rate)
    assert pulse.source in device_lines(devices)[1]
    for wanted in (None, "0", pulse.source, "null output", "loop"):
        assert choose_device(wanted) == device
    with pytest.raises(
        DeviceError, match=r"^device 'loup': unknown name or number; the devices are .*Monitor of Null Output$"
    ):
        choose_device("loup")
    assert choose_device(None, "output").source == pulse.sink


@pytest.mark.parametrize("n_channels", [1, 2])
@pytest.mark.parametrize("sample_rate", [44100, 48000])
def test_what_is_played_arrives_whole(pulse, rng, sample_rate, n_channels):
    """A tone, a chirp and noise: every sample once, in order; the very same numbers where nothing resamples them."""
    time_s = np.arange(2 * sample_rate) / sample_rate
    parts = [
        0.5 * np.sin(2 * np.pi * 1000 * time_s),
        scipy.signal.chirp(time_s, 200, 2, 8000) * 0.5,
        noise(rng, 1, 9000)[0],
    ]
    # The server drops some of the first samples that come while its sink wakes up.
    sound = np.concatenate([np.zeros(sample_rate // 5), *parts]).astype(np.float32)
    wav = pulse.write([sound, sound], sample_rate)
    with Capture(pulse.source, sample_rate=sample_rate, n_channels=n_channels) as capture:
        assert (capture.sample_rate, capture.n_channels) == (sample_rate, n_channels)
        listener = Listener(capture)
        n_lost = listener.read_until_running()
        player = pulse.play(wav)
        listener.read_until(lambda: player.poll() is not None, "paplay does not end")
        listener.read_until_silent(sample_rate // 5)
        samples, status = listener.samples, capture.status
        assert capture.position == samples.shape[1]
    assert status.n_lost == n_lost
    assert status.n_flags == 0
    assert status.input_latency_s > 0
    start = find(sound[-9000:], samples[0]) - (len(sound) - 9000)
    heard = samples[:, start + sample_rate // 5 : start + len(sound)]
    assert heard.shape == (n_channels, len(sound) - sample_rate // 5)
    if sample_rate == pulse.rate:
        np.testing.assert_allclose(heard, np.tile(sound[sample_rate // 5 :], (n_channels, 1)), atol=1e-6)
        return
    tone = heard[:, 2000 : 2 * sample_rate - 2000]
    peak_hz = np.argmax(np.abs(np.fft.rfft(tone * np.hanning(tone.shape[1]))), axis=1) * sample_rate / tone.shape[1]
    np.testing.assert_allclose(peak_hz, 1000, atol=0.6)
    # A sample too many or too few turns the phase by 7.5 degrees.
    residue = tone - 0.5 * np.sin(2 * np.pi * 1000 * (np.arange(tone.shape[1]) + 2000) / sample_rate)
    assert np.abs(residue).max() < 0.05
    middle = heard[0, 2 * sample_rate : 4 * sample_rate]
    frequencies, times, spectrum = scipy.signal.stft(middle, sample_rate, nperseg=1024)
    inner = slice(4, -4)
    found_hz = frequencies[np.abs(spectrum).argmax(axis=0)][inner]
    np.testing.assert_allclose(found_hz, 200 + (8000 - 200) * times[inner] / 2, atol=120)


def test_two_busy_threads_lose_nothing(pulse):
    """The interpreter of this process is busy, the other one's is not."""
    ends = threading.Event()

    def work():
        for k in itertools.count():
            if k % 1000 == 0 and ends.is_set():
                return

    with Capture(pulse.source) as capture:
        listener = Listener(capture)
        n_lost = listener.read_until_running()
        listener.read_for(1)
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            origin_s = beginning_s(capture)
            listener.read_for(20)
            begun_s = beginning_s(capture, capture.position - capture.sample_rate)
        finally:
            ends.set()
            for thread in threads:
                thread.join()
        status = capture.status
    assert status.n_lost == n_lost
    assert status.n_flags == 0
    assert status.state == "running"
    # The null sink's clock is not the processor's, but nearly.
    assert begun_s == pytest.approx(origin_s, abs=0.05)
    assert capture.position > 20 * capture.sample_rate


def test_a_sample_knows_when_it_came(pulse, rng):
    wav = pulse.write(noise(rng, 2, 2 * pulse.rate), pulse.rate)
    with Capture(pulse.source) as capture:
        listener = Listener(capture)
        listener.read_until_running()
        pulse.play(wav)
        seen = []
        for _ in range(300):
            before, before_s = capture.position, time.monotonic()
            listener.read()
            if capture.position > before:
                seen.append((before_s, capture.arrival_s(before), capture.arrival_s(capture.position - 1)))
        assert capture.arrival_s(capture.position) is None
        assert capture.arrival_s(-1) is None
    seen = np.array(seen, dtype=float)
    assert len(seen) > 20
    # A sample has come before it is read, and was read soon after.
    assert (np.diff(seen[:, 1]) > 0).all()
    assert (seen[:, 2] >= seen[:, 1]).all()
    assert np.quantile(seen[:, 0] - seen[:, 2], 0.25) < 0.05


def test_the_server_is_killed_and_comes_back(pulse, rng, caplog):
    caplog.set_level(logging.INFO, "corticast.audio")
    with Capture(pulse.source) as capture:
        listener = Listener(capture)
        n_lost = listener.read_until_running()
        listener.read_for(2)
        origin_s = beginning_s(capture)
        pulse.kill()
        killed_s = time.monotonic()
        listener.read_until(lambda: capture.status.state == "lost", "it was not noticed")
        assert "Monitor of Null Output" in capture.status.message
        assert "\n" not in capture.status.message
        waiting = "the sound server does not answer; waiting for it"
        listener.read_until(lambda: capture.status.message == waiting, "it does not wait for the server")
        assert listener.beginning_s(1.5) == pytest.approx(origin_s, abs=0.05)
        assert capture.status.message == waiting
        # Silence reaches up to the latest read.
        n_lost, lost_s = capture.status.n_lost - n_lost, time.monotonic() - killed_s
        assert 1.4 * capture.sample_rate < n_lost < (lost_s + 0.5) * capture.sample_rate
        pulse.start()
        listener.read_until(lambda: capture.status.state == "running", "it did not come back")
        assert capture.status.message == "Monitor of Null Output is back"
        # Of a stream that begins, the first second is not taken in.
        noisy = pulse.play(pulse.write(noise(rng, 2, 60 * pulse.rate), pulse.rate, "noise.wav"))
        listener.read_until_heard(pulse.rate // 2)
        noisy.kill()
        n_lost, position = capture.status.n_lost, capture.position
        listener.read_for(1)
        listener.read_until_silent(pulse.rate // 5)
        assert beginning_s(capture, position) == pytest.approx(origin_s, abs=0.05)
        sound = noise(rng, 2, pulse.rate)
        player = pulse.play(pulse.write(np.concatenate([np.zeros((2, 9000)), sound], axis=1), pulse.rate))
        listener.read_until(lambda: player.poll() is not None, "paplay does not end")
        listener.read_until_silent(pulse.rate // 5)
        samples = listener.samples
        start = find(sound[0], samples[0])
        assert start > position
        np.testing.assert_allclose(samples[:, start : start + pulse.rate], sound, atol=1e-6)
        assert samples.shape[1] == capture.position
        assert capture.status.n_lost == n_lost
    reported = [record.message for record in caplog.records if record.levelno >= logging.INFO]
    assert any("stream has ended" in line for line in reported)
    assert "Monitor of Null Output is back" in reported


@pytest.mark.parametrize("seconds", [0.5, 1.5])
def test_a_process_that_is_stopped_puts_nothing_out_of_step(pulse, rng, seconds):
    """Half a second is held back by the server, and comes late; after one and a half the process is started afresh."""
    sound = noise(rng, 2, 60 * pulse.rate)
    with Capture(pulse.source) as capture:
        listener = Listener(capture)
        listener.read_until_running()
        pulse.play(pulse.write(sound, pulse.rate))
        listener.read_until_heard(2 * pulse.rate)
        origin_s, first, n_lost = beginning_s(capture), capture.position, capture.status.n_lost
        before = listener.samples[0, -pulse.rate // 2 :]
        [pid] = processes(MODULE)
        stopped_s = -time.monotonic()
        os.kill(pid, signal.SIGSTOP)
        try:
            listener.read_for(seconds)
        finally:
            os.kill(pid, signal.SIGCONT) if is_running(pid) else None
        stopped_s += time.monotonic()
        # The monitor of a null sink may take 2 s until its first sample.
        listener.read_until_heard(pulse.rate // 2)
        position = capture.position
        listener.read_for(1)
        listener.read_until_heard(pulse.rate // 2)
        begun_s, status, samples = beginning_s(capture, position), capture.status, listener.samples
        is_the_same = processes(MODULE) == {pid}
    assert begun_s == pytest.approx(origin_s, abs=0.05)
    assert status.state == "running"
    assert samples.shape[1] == capture.position
    after = samples[0, -10_000:]
    where = find(after, sound[0])
    between = (samples.shape[1] - 10_000 - find(before, samples[0])) - (where - find(before, sound[0]))
    assert np.abs(after - sound[0, where : where + 10_000]).max() < 1e-6
    # On a busy machine half a second may grow to a whole one.
    assert is_the_same or seconds > 0.5 or stopped_s > 0.9
    if is_the_same:
        assert status.n_lost == n_lost
        assert status.n_late > 10
        assert between == 0
    else:
        n_lost = status.n_lost - n_lost
        assert n_lost > 0.9 * seconds * pulse.rate
        # Samples around the gap lie as far apart as in the sound, except for the jitter of the blocks' arrival.
        assert abs(between) < 0.05 * pulse.rate
        assert (samples[0, first:] == 0).sum() == pytest.approx(n_lost, abs=200)


def test_a_source_that_pauses_has_lost_its_samples(pulse):
    """The server suspends the sink: the stream lives, no flag says so, and only the clock can tell."""
    with Capture(pulse.source) as capture:
        listener = Listener(capture)
        n_lost = listener.read_until_running()
        listener.read_for(2)
        begun_s = time.monotonic()
        pulse.pactl("suspend-sink", pulse.sink, "1")
        listener.read_for(0.5)
        pulse.pactl("suspend-sink", pulse.sink, "0")
        listener.read_until(lambda: capture.status.n_lost > n_lost, "it was not noticed")
        listener.read_until(lambda: capture.status.state == "running", "it did not come back")
        listener.read_for(2)
        assert 0.4 * pulse.rate < capture.status.n_lost - n_lost < (time.monotonic() - begun_s) * pulse.rate


def test_a_device_that_is_unplugged_and_returns(pulse):
    modules = json.loads(pulse.pactl("-f", "json", "list", "modules").stdout)
    [arguments] = [module["argument"] for module in modules if module["name"] == "module-null-sink"]
    with Capture(pulse.source) as capture:
        listener = Listener(capture)
        listener.read_until_running()
        pulse.pactl("unload-module", "module-null-sink")
        try:
            listener.read_until(lambda: capture.status.state == "lost", "it was not noticed")
            listener.read_for(2)
            assert capture.status.message
        finally:
            pulse.pactl("load-module", "module-null-sink", *arguments.split())
        listener.read_until(lambda: capture.status.state == "running", "it did not come back")


def test_without_a_server_there_is_silence(pulse, monkeypatch):
    """From the first moment, and in step with the clock."""
    monkeypatch.setenv("PULSE_SERVER", f"unix:{pulse.folder}/nobody")
    with Capture() as capture:
        assert (capture.sample_rate, capture.n_channels) == (48000, 2)
        listener = Listener(capture)
        listener.read_until(lambda: capture.status.state == "lost", "it was not noticed")
        begun_s, later_s = listener.beginning_s(0.5), listener.beginning_s(1.5)
        status, samples = capture.status, listener.samples
    assert later_s == pytest.approx(begun_s, abs=0.05)
    assert not samples.any()
    assert status.n_lost == capture.position == samples.shape[1]
    assert status.message
    assert "\n" not in status.message


PARENT = """
import os, time
from corticast.audio.capture import Capture
with Capture() as capture:
    while True:
        while capture.status.state != "running":
            time.sleep(0.01)
        print("running", flush=True)
        time.sleep(0.5)
"""


@pytest.mark.parametrize("stopped", [False, True])
def test_a_parent_that_is_killed_leaves_no_process(pulse, stopped):
    in_memory = set(os.listdir("/dev/shm"))
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    with ended(parent):
        # A device that gives no sound has its process started afresh.
        while parent.stdout.readline() == "running\n" and not (found := processes(MODULE, parent.pid)):
            pass
        [pid] = found
        if stopped:
            os.kill(pid, signal.SIGSTOP)
    parent.stdout.close()
    if stopped:
        os.kill(pid, signal.SIGCONT)
    until(lambda: not is_running(pid), "the end of the process")
    # PortAudio's JACK leaves a file of its own.
    assert {name for name in set(os.listdir("/dev/shm")) - in_memory if not name.startswith("jack")} == set()


def test_what_native_libraries_say_goes_to_the_log(pulse, caplog, capfd):
    caplog.set_level(logging.DEBUG, "corticast.process")
    with Capture(pulse.source) as capture:
        Listener(capture).read_until_running()
    assert any("ALSA" in record.getMessage() for record in caplog.records)
    assert capfd.readouterr() == ("", "")


def test_no_pyaudio_is_said_with_the_remedy(pulse, tmp_path, monkeypatch):
    (tmp_path / "pyaudio.py").write_text("raise ImportError('no PortAudio')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Capture(pulse.source) as capture:
        listener = Listener(capture)
        listener.read_until(lambda: capture.status.state == "lost", "it was not noticed")
        message = capture.status.message
    assert "pip install 'corticast[live]'" in message
    assert "portaudio19-dev" in message
