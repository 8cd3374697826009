"""Reads a `Capture` as an application does, and what its tests share."""

import os
import time

import numpy as np
import scipy

# Whatever the machine is busy with.
PATIENCE_S = 30


class Listener:
    """What a capture has given, read every few milliseconds.

    Attributes
    ----------
    samples : (n_channels, n) float32, all of it
    """

    def __init__(self, capture):
        self.capture = capture
        self._blocks = []

    @property
    def samples(self):
        return np.concatenate([np.zeros((self.capture.n_channels, 0), np.float32), *self._blocks], axis=1)

    def read(self):
        self._blocks.append(self.capture.read())
        time.sleep(0.003)

    def read_for(self, seconds):
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            self.read()

    def read_until(self, condition, what, patience_s=PATIENCE_S):
        end_s = time.monotonic() + patience_s
        while not condition():
            assert time.monotonic() < end_s, f"{what}: {self.capture.status}"
            self.read()

    def read_until_heard(self, n):
        """Until the newest n samples are sound without a pause, as noise is."""
        self.read_until(lambda: self.samples.shape[1] >= n and self.samples[:, -n:].all(), "no sound")

    def read_until_silent(self, n):
        """Until the newest n samples are silence, and all sound before has come."""
        self.read_until(lambda: not self.samples[:, -n:].any(), "no silence")

    def beginning_s(self, seconds):
        """Monotonic time of position 0, by the least late of all reads of some seconds.

        The position is behind the clock between two blocks, and further when the machine keeps the reader from reading.
        """
        least_s, end_s = np.inf, time.monotonic() + seconds
        while time.monotonic() < end_s:
            self.read()
            least_s = min(least_s, time.monotonic() - self.capture.position / self.capture.sample_rate)
        return least_s

    def read_until_running(self):
        """Until the newest sample is one that came; the number of lost samples until then.

        On a busy machine the first stream may give nothing for so long that another one is opened.
        """
        capture = self.capture
        self.read_until(lambda: capture.position and capture.arrival_s(capture.position - 1) is not None, "never ran")
        return capture.status.n_lost


def find(sound, samples):
    """Position of a sound in a recording."""
    return int(np.argmax(scipy.signal.correlate(samples, sound, mode="valid", method="fft")))


def assert_whole(sound, samples, n=5000):
    """Check that a recording holds every part of a sound, exactly and in order.

    One part in ten may be cut: when the whole machine stands still for 0.2 s, the server puts silence in between.
    """
    parts = [sound[first : first + n] for first in range(0, len(sound) - n + 1, n)]
    places = [find(part, samples) for part in parts]
    exact = [np.abs(samples[place : place + n] - part).max() < 1e-6 for place, part in zip(places, parts, strict=True)]
    assert np.mean(exact) >= 0.9
    assert (np.diff([place for place, is_exact in zip(places, exact, strict=True) if is_exact]) >= n).all()


def noise(rng, n_channels, n):
    return rng.uniform(-0.8, 0.8, (n_channels, n)).astype(np.float32)


def processes(module, parent=None):
    """Numbers of the processes that run a module of ours and were started by a process, this one or another."""
    parent = os.getpid() if parent is None else parent
    found = set()
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                command = file.read().split(b"\0")
            with open(f"/proc/{name}/stat") as file:
                started_by = int(file.read().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if module.encode() in command and started_by == parent:
            found.add(int(name))
    return found


def is_running(pid):
    """Whether a process exists and is no zombie."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False
