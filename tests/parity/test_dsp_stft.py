"""The transform against scipy.signal.ShortTimeFFT, and against its own definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import ShortTimeFFT, get_window

from corticast.dsp.bands import LogBands
from corticast.dsp.stft import Stft, StreamingStft
from corticast.errors import OptionError


@pytest.fixture(params=["numpy", pytest.param("cupy", marks=pytest.mark.cuda)])
def array(request):
    if request.param == "cupy":
        from corticast.dsp.backend import cuda_device_name

        if cuda_device_name() is None:
            pytest.skip("no CUDA device")
    return request.param


def host(array):
    return array.get() if hasattr(array, "get") else array


@pytest.mark.parametrize("n_channels", [1, 3, 16])
@pytest.mark.parametrize("n_samples", [1, 100, 2047, 2048, 2049, 44100])
@pytest.mark.parametrize(("n_fft", "hop"), [(2048, 512), (256, 100), (255, 64), (64, 200)])
def test_columns_equal_scipy(rng, array, n_channels, n_samples, n_fft, hop):
    signal = rng.standard_normal((n_channels, n_samples)).astype(np.float32)
    stft = Stft(44100, n_fft, hop, array=array)
    ours = host(stft(signal))
    scipy = ShortTimeFFT(get_window("hann", n_fft, fftbins=True), hop, 44100, phase_shift=None)
    n_columns = -(-n_samples // hop)
    theirs = scipy.stft(np.pad(signal.astype(float), ((0, 0), (0, n_fft))), p0=0, p1=n_columns)
    assert ours.dtype == np.complex64
    assert ours.shape == (n_channels, n_fft // 2 + 1, n_columns)
    assert np.abs(ours - theirs).max() <= 1e-5 * np.abs(theirs).max()
    assert stft.freqs_hz == pytest.approx(scipy.f)


@settings(deadline=None, max_examples=60)
@given(
    cuts=st.lists(st.integers(0, 700), min_size=1, max_size=25),
    n_fft=st.sampled_from([64, 63, 128]),
    hop=st.sampled_from([16, 50, 64, 150]),
    seed=st.integers(0, 99),
)
def test_any_cutting_gives_the_same_columns(cuts, n_fft, hop, seed):
    signal = np.random.default_rng(seed).standard_normal((2, sum(cuts))).astype(np.float32)
    stft = Stft(8000, n_fft, hop, array="numpy")
    whole = stft(signal)
    streaming = StreamingStft(stft, 2)
    first, parts = 0, []
    for cut in cuts:
        parts.append(streaming.push(signal[:, first : first + cut]))
        first += cut
    parts.append(streaming.flush())
    streamed = np.concatenate(parts, axis=2)
    assert streamed.shape == whole.shape
    assert np.allclose(streamed, whole, atol=1e-5 * max(1.0, np.abs(whole).max(initial=0)))


def test_power_obeys_parseval(rng):
    """One column: the spectrum holds the energy of the windowed segment."""
    signal = rng.standard_normal(2048).astype(np.float32)
    stft = Stft(44100, array="numpy")
    column = stft(signal)[0, :, 2]
    segment = np.zeros(2048)
    segment[: 1024 + 1024] = signal[0:2048]
    windowed = segment * get_window("hann", 2048)
    power = np.abs(column) ** 2
    assert (power[0] + power[-1] + 2 * power[1:-1].sum()) / 2048 == pytest.approx((windowed**2).sum(), rel=1e-5)


def test_bands_share_out_the_spectrum():
    bands = LogBands(400, 6000, 10)
    weights = bands.weights(44100, 2048)
    assert weights.sum(axis=1) == pytest.approx(1)
    assert bands.edges_hz[[0, -1]] == pytest.approx([400, 6000])
    assert np.diff(np.log(bands.edges_hz)) == pytest.approx(np.log(15) / 10)
    # A frequency in the middle of a band belongs to it alone.
    freqs = np.arange(1025) * 44100 / 2048
    owner = np.searchsorted(bands.edges_hz, freqs[30]) - 1
    assert np.flatnonzero(weights[:, 30]).tolist() == [owner]
    assert len(LogBands(400, 6000, 10).weights(8000, 512)) == 8
    assert LogBands(400, 500, 40).weights(44100, 256).sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize(("name", "value"), [("n_fft", 0), ("hop_length", -1), ("n_fft", 2.5), ("sample_rate", 0)])
def test_wrong_parameters_are_named(name, value):
    with pytest.raises(OptionError, match=f"{name}={value}"):
        Stft(**{"sample_rate": 44100, name: value})
