"""The transform against scipy.signal.ShortTimeFFT, and against its own definition."""

import importlib.util

import numpy as np
import pytest
import scipy

from corticast.core.model.types import SampledSound
from corticast.dsp import backend
from corticast.dsp.backend import array_backend
from corticast.dsp.bands import LogBands
from corticast.dsp.drive import AudioDrive
from corticast.dsp.stft import Stft, StreamingStft
from corticast.errors import DataError, DeviceError, OptionError
from tests.conftest import expected


def need_cuda():
    if backend.cuda_device_name() is None and not expected("cuda"):
        pytest.skip("no CUDA device")


@pytest.fixture(params=["numpy", pytest.param("cupy", marks=pytest.mark.cuda)])
def array(request):
    if request.param == "cupy":
        need_cuda()
    return request.param


def host(array):
    return array.get() if hasattr(array, "get") else array


@pytest.mark.parametrize("n_channels", [1, 3, 16])
@pytest.mark.parametrize("n_samples", [1, 100, 2047, 2048, 2049, 44100])
@pytest.mark.parametrize(("n_fft", "hop"), [(2048, 512), (256, 100), (255, 64), (64, 200)])
def test_columns_equal_scipy(rng, fidelity, array, n_channels, n_samples, n_fft, hop):
    signal = rng.standard_normal((n_channels, n_samples)).astype(np.float32)
    stft = Stft(44100, n_fft, hop, array=array)
    ours = host(stft(signal))
    reference = scipy.signal.ShortTimeFFT(
        scipy.signal.get_window("hann", n_fft, fftbins=True), hop, 44100, phase_shift=None
    )
    n_columns = -(-n_samples // hop)
    theirs = reference.stft(np.pad(signal.astype(float), ((0, 0), (0, n_fft))), p0=0, p1=n_columns)
    assert ours.dtype == np.complex64
    assert ours.shape == (n_channels, n_fft // 2 + 1, n_columns)
    errors = np.abs(ours - theirs).max() / np.abs(theirs).max()
    fidelity.within(f"Sound: Stft, {array}, of the peak", "scipy.signal.ShortTimeFFT", errors, 1e-5)
    assert stft.freqs_hz == pytest.approx(reference.f)


def test_power_obeys_parseval(rng, fidelity):
    """One column: the spectrum holds the energy of the windowed segment."""
    signal = rng.standard_normal(2048).astype(np.float32)
    stft = Stft(44100, array="numpy")
    column = stft(signal)[0, :, 2]
    segment = np.zeros(2048)
    segment[: 1024 + 1024] = signal[0:2048]
    windowed = segment * scipy.signal.get_window("hann", 2048)
    power = np.abs(column) ** 2
    of_column = (power[0] + power[-1] + 2 * power[1:-1].sum()) / 2048
    error = of_column / (windowed**2).sum() - 1
    fidelity.within("Sound: power of a column", "energy of the windowed segment (Parseval)", error, 1e-5)


def test_power_of_bands_obeys_parseval(rng, fidelity):
    """The power of tones between the lowest and the highest edge is shared out among the bands, and none is lost."""
    time_s = np.arange(2048) / 44100
    signal = sum(np.sin(2 * np.pi * freq_hz * time_s + freq_hz) for freq_hz in rng.uniform(700, 5500, 20))
    bands = LogBands(400, 6000, 10)
    stft = Stft(44100, array="numpy")
    power = np.abs(stft(signal)[0, :, 2]) ** 2
    of_bands = bands.weights(44100, 2048) @ power * np.diff(bands.edges_hz) / (44100 / 2048)
    windowed = signal * scipy.signal.get_window("hann", 2048)
    error = 2 * of_bands.sum() / 2048 / (windowed**2).sum() - 1
    fidelity.within("Sound: power of all bands", "energy of the windowed segment (Parseval)", error, 1e-3)


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


@pytest.mark.parametrize("window", ["hann", "blackmanharris", "hamming", ("kaiser", 8.0)])
@pytest.mark.parametrize("n_fft", [1, 2, 255, 2048])
def test_windows_equal_scipy(window, n_fft):
    ours = Stft(44100, n_fft, window=window).window_samples
    np.testing.assert_array_almost_equal_nulp(
        ours, scipy.signal.get_window(window, n_fft, fftbins=True).astype(np.float32)
    )


@pytest.mark.parametrize(("name", "value"), [("n_fft", 0), ("hop_length", -1), ("n_fft", 2.5), ("sample_rate", 0)])
def test_wrong_parameters_are_named(name, value):
    with pytest.raises(OptionError, match=f"{name} {value}"):
        Stft(**{"sample_rate": 44100, name: value})


def test_wrong_windows_and_samples_are_named():
    with pytest.raises(OptionError, match="window nonsense"):
        Stft(44100, window="nonsense")
    with pytest.raises(DataError, match=r"shape \(1, 2, 3\)"):
        Stft(44100, array="numpy")(np.zeros((1, 2, 3)))
    with pytest.raises(DataError, match="complex128"):
        Stft(44100, array="numpy")(np.zeros(3, complex))
    with pytest.raises(DataError, match="block of 1 channels: give the 2 channels of this stream"):
        StreamingStft(Stft(44100, array="numpy"), 2).push(np.zeros(3))
    with pytest.raises(OptionError, match="hi 400: give the highest edge in Hz, above lo"):
        LogBands(6000, 400, 10)
    with pytest.raises(OptionError, match="n 0: "):
        LogBands(400, 6000, 0)


def test_times_and_rates():
    stft = Stft(48000, 2048, 512)
    assert stft.column_rate_hz == 93.75
    assert stft.column_times_s(3).tolist() == [0, 512 / 48000, 1024 / 48000]
    assert stft.freqs_hz[[0, 1, -1]].tolist() == [0, 48000 / 2048, 24000]


def test_an_array_library_must_exist(monkeypatch):
    with pytest.raises(OptionError, match="array torch"):
        array_backend("torch")
    assert array_backend("numpy").xp is np
    monkeypatch.setattr(backend, "_cupy_backend", lambda: "CuPy cannot be loaded")
    assert array_backend("auto").name == "numpy"
    with pytest.raises(DeviceError, match="array cupy: CuPy cannot be loaded"):
        array_backend("cupy")


@pytest.mark.skipif(importlib.util.find_spec("cupy") is not None, reason="CuPy is there")
def test_without_cupy_the_message_says_how_to_get_it():
    with pytest.raises(DeviceError, match=r"corticast\[cuda12\].*corticast\[cuda13\]"):
        array_backend("cupy")


@pytest.mark.cuda
def test_drives_agree_on_numpy_and_cupy(rng, fidelity):
    need_cuda()
    sound = SampledSound(rng.standard_normal((2, 200_001)).astype(np.float32), 44100)
    ours = AudioDrive(sound, array="cupy").magnitudes
    theirs = AudioDrive(sound, array="numpy").magnitudes
    fidelity.within("Sound: drive on CuPy, of the peak", "the same on NumPy", (ours - theirs) / theirs.max(), 1e-5)


@pytest.mark.cuda
@pytest.mark.parametrize("block", [1, 999, 4096])
def test_streams_agree_on_numpy_and_cupy(rng, fidelity, block):
    need_cuda()
    signal = rng.standard_normal((2, 20_000)).astype(np.float32)
    theirs = Stft(44100, array="numpy")(signal)
    streaming = StreamingStft(Stft(44100, array="cupy"), 2)
    pushed = [host(streaming.push(signal[:, first : first + block])) for first in range(0, 20_000, block)]
    ours = np.concatenate([*pushed, host(streaming.flush())], axis=2)
    errors = np.abs(ours - theirs) / np.abs(theirs).max()
    fidelity.within("Sound: StreamingStft on CuPy, of the peak", "Stft on NumPy", errors, 1e-5)
