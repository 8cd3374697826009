"""A feed of a file that plays hands over all heard sound, however late its thread is."""

from __future__ import annotations

import numpy as np
import pytest

from corticast.app.live import feed_playback
from corticast.app.live.feed_playback import PlaybackFeed
from corticast.core.model.types import SampledSound

RATE, N = 16_000, 50_000


class Heard:
    """A playback whose position the test sets."""

    position, is_over = 0.0, False

    def __call__(self, source, **_):
        return self

    def heard(self, now_s=None):
        return self.position

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@pytest.mark.parametrize(("position", "n_heard"), [(N, N), (N / 2, 12 * 2048), (0, 0)])
def test_what_was_heard_reaches_listeners_before_the_end(monkeypatch, rng, position, n_heard):
    playback = Heard()
    monkeypatch.setattr(feed_playback, "Playback", playback)
    # The machine has no time for the thread.
    monkeypatch.setattr(feed_playback.FeedThread, "run", lambda thread: None)
    sound = rng.uniform(-1, 1, (2, N)).astype(np.float32)
    heard = [np.zeros((2, 0), np.float32)]
    with PlaybackFeed(SampledSound(sound, RATE), None, block_size=512) as feed:
        feed.start([heard.append])
        playback.position, playback.is_over = position, position == N
        feed.end()
    np.testing.assert_array_equal(np.concatenate(heard, axis=1), sound[:, :n_heard])
