"""Live activity against SciPy's transform and filters, and against what the whole sound gives offline."""

import numpy as np
import pytest
import scipy

from corticast.app.demo.song import jingle_bells
from corticast.core.model.types import Electrodes, PlacedElectrodes, SampledSound
from corticast.dsp.bands import LogBands
from corticast.dsp.drive import AudioDrive
from corticast.dsp.live import LiveAnalyser, LiveDrive
from corticast.io.audio import load_audio

BANDS = LogBands()
SETTLED_S = 10


def pushed(samples, rate, **options):
    """Activity, and the columns per second, of sound in blocks of 512."""
    analyser = LiveAnalyser(LiveDrive(array="numpy", **options), rate, len(samples))
    parts = [analyser.push(samples[:, i : i + 512]) for i in range(0, samples.shape[1], 512)]
    return np.concatenate(parts, axis=1), analyser.stft


def scipy_magnitudes(samples, stft, n_columns):
    """(10, n_columns) mean magnitude of each band, 1 for a full-scale sine: SciPy's transform, frequencies as they lie.

    A frequency on an edge counts by the share that lies within the band.
    """
    reference = scipy.signal.ShortTimeFFT.from_window(
        "blackmanharris",
        stft.sample_rate,
        stft.n_fft,
        stft.n_fft - stft.hop_length,
        phase_shift=None,
        symmetric_win=False,
    )
    spectra = reference.stft(np.pad(samples.astype(float), ((0, 0), (0, stft.n_fft))), p0=0, p1=n_columns)
    power = (np.abs(spectra) * 2 / reference.win.sum()) ** 2
    step_hz = stft.sample_rate / stft.n_fft
    fine_hz = (np.arange(len(reference.f) * 1000) + 0.5) * step_hz / 1000 - step_hz / 2
    of_band = np.digitize(fine_hz, BANDS.edges_hz).reshape(-1, 1000) - 1
    weights = np.stack([(of_band == band).mean(axis=1) for band in range(10)])
    return weights @ np.sqrt(power.mean(axis=0)) / weights.sum(axis=1, keepdims=True)


@pytest.fixture
def music(rng):
    """Noise and chords, 12 s in two channels: no pause is longer than a moment, and all bands sound."""
    rate = 44100
    time_s = np.arange(12 * rate) / rate
    chords = sum(
        np.sin(2 * np.pi * freq_hz * time_s) * (1 + np.sin(2 * np.pi * (0.5 + number / 4) * time_s))
        for number, freq_hz in enumerate(BANDS.edges_hz[1:] * 0.9)
    )
    noise = rng.standard_normal((2, len(time_s)))
    return (0.02 * chords + 0.05 * noise * (1 + np.sin(2 * np.pi * time_s))).astype(np.float32), rate


def test_magnitudes_of_music_are_shown_as_they_are(fidelity, music):
    """At a fixed gain, once everything has been heard: nothing is taken for another band's start or end."""
    samples, rate = music
    # Low enough that nothing is full.
    activity, stft = pushed(samples, rate, attack_s=0, release_s=0, gain_db=0)
    theirs = scipy_magnitudes(samples, stft, activity.shape[1])
    tones = np.sin(2 * np.pi * np.sqrt(BANDS.edges_hz[1:] * BANDS.edges_hz[:-1])[:, None] * np.arange(rate) / rate)
    full = [scipy_magnitudes(tone[None], stft, 40)[band, 30] for band, tone in enumerate(tones)]
    theirs /= np.array(full)[:, None]
    assert theirs.max() < 1
    settled = slice(2 * 86, None)
    errors = (activity - theirs)[:, settled] / theirs.max(axis=1, keepdims=True)
    # What rises beyond all of the last two seconds is seen a column later.
    as_they_are = np.abs(errors) < 0.001
    assert as_they_are.mean() > 0.98
    fidelity.within("Sound: live magnitudes, of the peak", "scipy.signal.ShortTimeFFT", errors[as_they_are], 1e-3)
    shares = activity[:, settled].sum(axis=1) / theirs[:, settled].sum(axis=1)
    fidelity.within("Sound: live magnitudes, sum over time", "scipy.signal.ShortTimeFFT", shares - 1, 0.01)


@pytest.mark.parametrize("seconds", [0.005, 0.05, 0.5])
def test_the_envelope_is_a_one_pole_filter(fidelity, music, seconds):
    samples, rate = music
    wanted, stft = pushed(samples, rate, attack_s=0, release_s=0)
    ours, _ = pushed(samples, rate, attack_s=seconds, release_s=seconds)
    pole = np.exp(-stft.hop_length / rate / seconds)
    theirs = scipy.signal.lfilter([1 - pole], [1, -pole], wanted, axis=1)
    fidelity.within("Sound: live attack and release", "scipy.signal.lfilter", ours - theirs, 2e-4)


def test_attack_and_release_differ(music):
    samples, rate = music
    wanted, stft = pushed(samples, rate, attack_s=0, release_s=0)
    ours, _ = pushed(samples, rate, attack_s=0.02, release_s=0.3)
    steps = {name: 1 - np.exp(-stft.hop_length / rate / seconds) for name, seconds in (("up", 0.02), ("down", 0.3))}
    theirs = np.zeros(10)
    for column, mine in zip(wanted.T, ours.T, strict=True):
        theirs += np.where(column > theirs, steps["up"], steps["down"]) * (column - theirs)
        np.testing.assert_allclose(mine, theirs, atol=2e-4)


def against_offline(samples, rate):
    """(n_bands,) correlations with offline activity after the first 10 s, of live activity now and two hops later."""
    pos = np.stack([np.zeros(10), np.zeros(10), np.arange(10.0)], axis=1)
    electrodes = PlacedElectrodes(Electrodes(tuple("abcdefghij"), pos), pos)
    offline = AudioDrive(SampledSound(samples, rate), array="numpy").activity(electrodes)
    live, stft = pushed(samples, rate)
    n = live.shape[1]
    first = round(SETTLED_S * stft.column_rate_hz)
    return [
        np.array([np.corrcoef(offline.values[b, first : n - lag], live[b, first + lag :])[0, 1] for b in range(10)])
        for lag in (0, 2)
    ]


def test_the_demo_song_looks_as_offline(fidelity):
    now, later = against_offline(jingle_bells(44100), 44100)
    fidelity.within("Sound: live activity of the demo's song, 1 - correlation", "AudioDrive", 1 - now, 0.3)
    fidelity.within("Sound: live, 23 ms later, 1 - correlation", "AudioDrive", 1 - later, 0.25)


@pytest.mark.parametrize("name", ["jinglebells.wav", "jinglebells_full.flac"])
def test_jingle_bells_look_as_offline(fidelity, shared_data, name):
    sound = load_audio(shared_data / "audio" / "jinglebells" / name)
    samples = np.concatenate(list(sound.blocks(stop=60 * sound.sample_rate)), axis=1)
    now, later = against_offline(samples, sound.sample_rate)
    fidelity.within("Sound: live activity of Jingle Bells, 1 - correlation", "AudioDrive", 1 - now, 0.35)
    fidelity.within("Sound: live, 23 ms later, 1 - correlation", "AudioDrive", 1 - later, 0.25)
