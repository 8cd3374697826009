"""Streams: any cutting into blocks gives the columns of the whole."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corticast.dsp.stft import Stft, StreamingStft


@settings(deadline=None, max_examples=60)
@given(
    cuts=st.lists(st.integers(0, 700), min_size=1, max_size=25),
    n_fft=st.sampled_from([64, 63, 128]),
    hop=st.sampled_from([16, 50, 64, 150]),
    seed=st.integers(0, 99),
)
def test_any_cutting_gives_the_same_columns(fidelity, cuts, n_fft, hop, seed):
    signal = np.random.default_rng(seed).standard_normal((2, sum(cuts))).astype(np.float32)
    stft = Stft(8000, n_fft, hop, array="numpy")
    whole = stft(signal)
    streaming = StreamingStft(stft, 2)
    # A flush ends a signal: earlier samples leave no trace.
    streaming.push(np.ones((2, seed), dtype=np.float32))
    streaming.flush()
    first, parts = 0, []
    for cut in cuts:
        parts.append(streaming.push(signal[:, first : first + cut]))
        first += cut
    parts.append(streaming.flush())
    streamed = np.concatenate(parts, axis=2)
    assert streamed.shape == whole.shape
    # The transform of a column may round differently with the columns that are transformed beside it.
    peak = np.abs(whole).max(initial=0)
    if peak:
        errors = np.abs(streamed - whole) / peak
        fidelity.within("Sound: StreamingStft of random blocks, of the peak", "Stft of the whole", errors, 1e-6)
