"""The time line with blocks of a made-up device: lost samples become silence in their place, and no others do."""

import numpy as np
import pytest

from corticast.audio.ring import Block
from corticast.audio.timeline import TimeLine

RATE, SIZE = 44100, 512


class Device:
    """Gives blocks in pairs, as PulseAudio does, with some milliseconds of jitter, by a clock of its own."""

    def __init__(self, rng, *, ppm=0.0, start_s=100.0, latency_s=0.02):
        self.rng, self.rate, self.start_s, self.latency_s = rng, RATE * (1 + ppm / 1e6), start_s, latency_s
        self.n_taken = self.n_given = 0

    def blocks(self, duration_s, *, lost=0, flags=0, late_s=0.0, held_s=0.0):
        """Blocks of a duration: before them samples are lost; for a while they are late, or all come at once."""
        self.n_taken += lost
        end_s = self.n_taken / self.rate + duration_s
        blocks = []
        free_s = self.start_s + self.n_taken / self.rate + held_s
        while self.n_taken / self.rate < end_s:
            self.n_taken += SIZE
            self.n_given += SIZE
            # Of a pair both come when the second is full.
            full = -(-self.n_given // (2 * SIZE)) * 2 * SIZE + self.n_taken - self.n_given
            arrival_s = self.start_s + self.latency_s + late_s + full / self.rate + self.rng.exponential(0.001)
            free_s = max(arrival_s, free_s + 0.0002)
            blocks.append(Block(self.n_given, free_s, 0.0, flags if not blocks else 0))
        return blocks


def run(line, blocks):
    return [piece for block in blocks for piece in line.add(block)]


def silences(pieces):
    """(position, n) of each silence, and that frames come in order and once."""
    position, frame, found = 0, None, []
    for piece in pieces:
        if piece.first is None:
            found.append((position, piece.n))
        else:
            assert frame is None or piece.first == frame
            frame = piece.first + piece.n
        position += piece.n
    return found


@pytest.mark.parametrize("ppm", [-300, 0, 300])
def test_ten_minutes_of_a_clock_that_drifts_lose_nothing(rng, ppm):
    line, device = TimeLine(RATE, SIZE), Device(rng, ppm=ppm)
    pieces = run(line, device.blocks(600))
    assert silences(pieces) == []
    assert line.position == device.n_given - pieces[0].first
    assert (line.n_lost, line.n_late) == (0, 0)


def test_a_stream_that_begins_in_fits_and_starts_has_lost_nothing(rng):
    """As PulseAudio's monitors do: three blocks, and then none for a while, whose samples are not there."""
    line, device = TimeLine(RATE, SIZE), Device(rng)
    pieces = run(line, [*device.blocks(0.03), *device.blocks(5, lost=30000)])
    assert silences(pieces) == []
    assert line.n_lost == 0
    assert line.position == device.n_given - pieces[0].first
    # Half a second of it is taken in at once.
    assert pieces[0].n == pytest.approx(0.45 * RATE, abs=0.1 * RATE)


@pytest.mark.parametrize("held_s", [0.1, 0.5, 0.9])
def test_what_comes_late_and_catches_up_is_not_lost(rng, held_s):
    line, device = TimeLine(RATE, SIZE), Device(rng)
    pieces = run(line, [*device.blocks(5), *device.blocks(5, held_s=held_s)])
    assert silences(pieces) == []
    assert line.n_lost == 0
    assert line.n_late == pytest.approx((held_s - 0.07) * RATE / SIZE, abs=4)


@pytest.mark.parametrize(("lost_s", "flags"), [(0.02, 2), (0.1, 0), (0.1, 2), (0.7, 0), (3.0, 0)])
def test_what_is_lost_is_silence_where_it_was_lost(rng, lost_s, flags):
    line, device = TimeLine(RATE, SIZE), Device(rng, ppm=50)
    n_lost = round(lost_s * RATE)
    before = device.blocks(5)
    pieces = run(line, [*before, *device.blocks(5, lost=n_lost, flags=flags)])
    [(position, n)] = silences(pieces)
    assert position == before[-1].stop - pieces[0].first
    assert n == pytest.approx(n_lost, abs=0.004 * RATE)
    assert line.n_lost == n
    assert line.n_flags == (flags != 0)


def test_small_losses_without_a_flag_are_repaired_within_seconds(rng):
    line, device = TimeLine(RATE, SIZE), Device(rng)
    n_lost = round(0.04 * RATE)
    pieces = run(line, [*device.blocks(5), *device.blocks(5, lost=n_lost)])
    [(position, n)] = silences(pieces)
    assert n == pytest.approx(n_lost, abs=0.004 * RATE)
    assert 5 * RATE <= position + pieces[0].first <= 8 * RATE


def test_zeros_that_portaudio_put_in_are_not_put_in_again(rng):
    line, device = TimeLine(RATE, SIZE), Device(rng)
    assert silences(run(line, [*device.blocks(2), *device.blocks(2, flags=1)])) == []
    assert line.n_flags == 1


def test_the_drift_of_a_stream_counts_for_the_silence_after_it(rng):
    """After ten minutes of a slow clock its last block is 0.18 s late; a second later, a second of silence follows."""
    line, device = TimeLine(RATE, SIZE), Device(rng, ppm=-300)
    blocks = device.blocks(600)
    run(line, blocks)
    line.end()
    line.begin()
    (silence,) = line.silence_until(blocks[-1].arrival_s + 1)
    assert silence.n == pytest.approx(RATE, abs=0.06 * RATE)


@pytest.mark.parametrize("n_restarts", [1, 8])
def test_streams_that_end_and_begin_stay_in_step_with_the_clock(rng, n_restarts):
    """However often: the position at which a sample lies is when it was taken, except for the device's own delay."""
    line, device = TimeLine(RATE, SIZE), Device(rng)
    pieces = run(line, device.blocks(3))
    origin_s = 100 + pieces[0].first / RATE
    for k in range(1, n_restarts + 1):
        pieces += line.end()
        line.begin()
        for now_s in np.arange(100 + 10 * k - 6.5, 100 + 10 * k, 0.01):
            pieces += line.silence_until(now_s)
            assert (now_s - origin_s) * RATE - line.position == pytest.approx(0, abs=0.06 * RATE)
        device = Device(rng, start_s=100 + 10 * k)
        begun = line.position
        for block in device.blocks(3):
            pieces += line.add(block)
            if not line.is_placed:
                pieces += line.silence_until(block.arrival_s)
        assert line.is_placed
        # Its frames lie where its clock says; the first of them were not waited for.
        assert line.position == pytest.approx((100 + 10 * k - origin_s) * RATE + device.n_given, abs=0.01 * RATE)
        assert begun < line.position
        # When it came is known for its frames, and for nothing else.
        arrival_s = line.arrival_s(line.position - 1)
        assert arrival_s == pytest.approx(100 + 10 * k + 3.02, abs=0.03)
    assert line.arrival_s(-1) is None
    assert line.arrival_s(line.position) is None
    assert line.arrival_s(5 * RATE) is None


def test_without_a_device_there_is_silence_from_the_first_moment():
    line = TimeLine(RATE, SIZE)
    n = [sum(piece.n for piece in line.silence_until(50 + k / 100)) for k in range(300)]
    assert sum(n) == pytest.approx(2.99 * RATE, abs=SIZE + 1)
    assert line.n_lost == sum(n) == line.position


def test_arrivals_are_kept_for_half_a_minute_and_no_longer(rng):
    line, device = TimeLine(RATE, SIZE), Device(rng)
    run(line, device.blocks(300))
    newest = line.position - 1
    assert line.arrival_s(newest - 30 * RATE) == pytest.approx(line.arrival_s(newest) - 30, abs=0.03)
    assert line.arrival_s(newest - 100 * RATE) is None
