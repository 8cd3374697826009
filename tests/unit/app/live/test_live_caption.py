"""The caption of a show that listens."""

import pytest

from corticast.app.live.run import live_caption
from corticast.dsp.bands import LogBands
from corticast.dsp.live import LiveDrive


@pytest.mark.parametrize(
    ("drive", "words"),
    [
        (
            LiveDrive(),
            "lights follow the sound · 10 bands 400–6000 Hz, low ones at the bottom · rise 10 ms, fall 150 ms",
        ),
        (
            LiveDrive(LogBands(100, 900, 1), attack_s=0.0, release_s=0.5),
            "lights follow the sound · 1 band 100–900 Hz · rise 0 ms, fall 500 ms",
        ),
    ],
)
def test_the_caption_of_a_show_says_what_the_lights_follow_and_how_fast(drive, words):
    assert live_caption(drive) == words
