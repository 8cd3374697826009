"""A feed analyses any source of samples."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from corticast.app.live.feed_capture import CaptureFeed
from corticast.audio.capture import CaptureStatus
from corticast.dsp.bands import LogBands
from corticast.dsp.live import LiveDrive

RATE, BLOCK, N_BLOCKS = 16_000, 512, 40
BANDS = LogBands(200, 6400, 5)


class Tone:
    """A sine of 2400 Hz, the fourth of bands that are an octave wide, in blocks; then silence, or an error."""

    sample_rate, n_channels = RATE, 1

    def __init__(self, error=None):
        samples = np.sin(2 * np.pi * 2400 * np.arange(BLOCK * N_BLOCKS) / RATE).astype(np.float32)
        self.blocks = list(samples.reshape(N_BLOCKS, 1, BLOCK))
        self.error, self.opened = error, []

    def __enter__(self):
        self.opened.append(True)
        return self

    def __exit__(self, *_):
        self.opened.append(False)

    def read(self):
        if self.blocks:
            return self.blocks.pop(0)
        if self.error is not None:
            raise self.error
        return np.zeros((1, 0), np.float32)

    def arrival_s(self, position):
        return 100 + position / RATE

    @property
    def status(self):
        return CaptureStatus("running", "", N_BLOCKS, 0, 0, 0, 0.01, "a tone")


def test_a_tone_moves_its_band_and_reaches_who_listens():
    heard, all_heard = [], threading.Event()

    def hear(samples):
        heard.append(samples)
        if len(heard) == N_BLOCKS:
            all_heard.set()

    source = Tone()
    whole = np.concatenate(source.blocks, axis=1)
    with CaptureFeed(LiveDrive(BANDS, attack_s=0, release_s=0, gain_db=0), None, source) as feed:
        assert (feed.sample_rate, feed.n_channels) == (RATE, 1)
        feed.start([hear])
        assert all_heard.wait(30)
        moment = feed.moment()
        assert feed.status.device == "a tone"
        assert feed.status.level_db == pytest.approx(0, abs=0.1)
    assert moment.rows.argmax() == 3
    assert moment.rows[3] > 0.5
    assert moment.due_s == 100 + moment.position / RATE
    np.testing.assert_array_equal(np.concatenate(heard, axis=1), whole)
    assert source.opened == [True, False]


def test_an_error_of_the_source_ends_the_show():
    source = Tone(ZeroDivisionError("of the source"))
    with CaptureFeed(LiveDrive(BANDS), None, source) as feed:
        feed.start()
        feed._thread.join(30)
        with pytest.raises(ZeroDivisionError, match="of the source"):
            feed.moment()
    assert source.opened == [True, False]
