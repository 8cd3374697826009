"""Sound is cut, filled, clipped and interleaved."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corticast.video.sound import Sound, interleaved


@given(
    lengths=st.lists(st.integers(0, 50), max_size=6),
    n_channels=st.integers(1, 5),
    n_samples=st.integers(0, 300),
)
def test_any_blocks_give_exactly_the_samples_asked_for(lengths, n_channels, n_samples):
    whole = np.random.default_rng(0).uniform(-1.5, 1.5, (n_channels, sum(lengths))).astype(np.float32)
    blocks = np.split(whole, np.cumsum(lengths)[:-1], axis=1) if lengths else []
    given_out = list(interleaved(Sound(44100, n_channels, iter(blocks)), n_samples))
    assert all(block.size and block.flags.c_contiguous and block.dtype == "<f4" for block in given_out)
    n_out = n_channels if n_channels <= 2 else 1
    back = np.concatenate([np.zeros((0, n_out), np.float32), *given_out])
    mixed = whole if n_channels <= 2 else whole.mean(axis=0, keepdims=True)
    expected = np.zeros((n_samples, n_out), np.float32)
    n = min(n_samples, whole.shape[1])
    expected[:n] = np.clip(mixed.T[:n], -1, 1)
    np.testing.assert_array_equal(back, expected)


def test_no_more_is_read_than_is_used():
    def blocks():
        yield np.zeros((1, 100), np.float32)
        pytest.fail("read on")

    assert sum(map(len, interleaved(Sound(44100, 1, blocks()), 100))) == 100


def test_long_silence_is_made_in_blocks():
    silence = list(interleaved(Sound(44100, 2, iter([])), 1_000_000))
    assert sum(map(len, silence)) == 1_000_000
    assert max(map(len, silence)) < 100_000


def test_what_is_given_is_not_written_to():
    block = np.full((1, 10), 2.0, np.float32)
    block.flags.writeable = False
    list(interleaved(Sound(44100, 1, iter([block])), 10))
