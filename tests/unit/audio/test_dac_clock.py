"""Which sample is heard, by what made-up callbacks tell."""

import pytest

from corticast.audio.dac_clock import DacClock
from corticast.audio.playing import PlayedBlock

RATE, SIZE = 48000, 480


def blocks(rng, n, *, start=0, position=0, begin_s=100.0, latency_s=0.2, silent=False):
    """Blocks of a device that guesses its delay a millisecond wrong."""
    found = []
    for k in range(n):
        at = start + k * SIZE
        dac_s = begin_s + at / RATE + rng.normal(0, 0.001)
        taken = 0 if silent else SIZE
        found.append(PlayedBlock(at, position + k * taken, taken, 0, dac_s, dac_s - latency_s, 0))
    return found


def test_before_a_block_is_given_nothing_is_heard():
    assert DacClock(RATE).heard(100) is None


def test_it_runs_at_the_sample_rate(rng):
    clock = DacClock(RATE)
    clock.add(blocks(rng, 200, position=7000))
    # A sample is heard a while after it was given; no sample lies before the first.
    assert clock.heard(99) == 7000
    for now_s in (100.1, 100.7331, 101.9):
        assert clock.heard(now_s) == pytest.approx(7000 + (now_s - 100) * RATE, abs=0.001 * RATE)
    assert clock.heard(101.5) - clock.heard(101.4) == pytest.approx(0.1 * RATE, abs=1e-3)
    # Nothing is heard that was not given.
    assert clock.heard(150) == 7000 + 200 * SIZE


def test_silence_holds_the_sample(rng):
    clock = DacClock(RATE)
    clock.add(blocks(rng, 100))
    clock.add(blocks(rng, 100, start=100 * SIZE, position=100 * SIZE, silent=True))
    clock.add(blocks(rng, 100, start=200 * SIZE, position=100 * SIZE))
    assert clock.heard(101.5) == 100 * SIZE
    assert clock.heard(102.5) == pytest.approx(150 * SIZE, abs=0.001 * RATE)


def test_a_device_that_stalled_is_followed(rng):
    """After half a second in which the device took nothing, all is heard later by that."""
    clock = DacClock(RATE)
    clock.add(blocks(rng, 50))
    clock.add(blocks(rng, 50, start=50 * SIZE, position=50 * SIZE, begin_s=100.5))
    assert clock.heard(101.3) == pytest.approx(0.8 * RATE, abs=0.001 * RATE)
