"""How sounds and recordings become activity, in sentences for a paper's methods and in words for a caption."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from corticast.core.model.recording import Recording
from corticast.core.model.types import AudioSource
from corticast.dsp.high_gamma import band_edges_hz, filter_reach_s
from corticast.dsp.in_time import InTime
from corticast.dsp.scaling import LEAST_LEVEL_DB, MOST_LIFT_DB, ScaleRule

# Meaning of full activity, for a caption.
SCALE_WORDS: dict[ScaleRule, str] = {
    "band": "full scale: each band's 99th percentile",
    "global": "full scale: the loudest band's 99th percentile",
    "electrode": "each contact spans its own lowest to highest",
}
# Clipping at 1 of (0, 1.6) leaves 62.5 % of the way from the lowest to the highest value.
POST_WORDS = "after Brainy Jingle Bells: 0 is each contact's lowest, 1 is 62.5 % of the way to its highest"

_SCALE_SENTENCES: dict[ScaleRule, str] = {
    "band": (
        "Full activity is each band's 99th percentile over the moments that hold sound; no band was lifted by more "
        f"than {MOST_LIFT_DB:g} dB above the loudest one, and bands {LEAST_LEVEL_DB:g} dB below it rest."
    ),
    "global": "Full activity is the loudest band's 99th percentile over the moments that hold sound, for all bands.",
    "electrode": "Activity runs from each band's lowest to its highest value.",
}


def methods_of_sound(
    audio: AudioSource,
    edges_hz: npt.ArrayLike,
    n_fft: int,
    scale: ScaleRule,
    in_time: InTime,
) -> str:
    """Sentences about `AudioDrive`.

    Parameters
    ----------
    edges_hz : (n_bands + 1,) of the bands
    n_fft : samples of a segment
    scale : meaning of full activity
    in_time : smoothing and lead
    """
    edges = np.asarray(edges_hz, dtype=np.float64)
    n = len(edges) - 1
    segment_ms = 1000 * n_fft / audio.sample_rate
    bands = f"one of {n} log-spaced bands" if n > 1 else "a single band"
    return (
        f"The contacts follow the sound {_described(audio)}, not a recording of the brain: each shows the mean "
        f"magnitude of {bands} from {edges[0]:.4g} to {edges[-1]:.4g} Hz, by a short-time Fourier transform "
        f"(periodic Hann windows of {segment_ms:.3g} ms, centred; power averaged over the sound's channels). "
        f"{in_time.sentences('Magnitudes')} {_SCALE_SENTENCES[scale]}"
    )


def methods_of_post(audio: AudioSource, centres_hz: npt.ArrayLike) -> str:
    """Sentences about `PostDrive`.

    Parameters
    ----------
    centres_hz : (n,) frequencies of the wavelets
    """
    centres = np.asarray(centres_hz, dtype=np.float64)
    n = len(centres)
    wavelets = f"{n} log-spaced frequencies" if n > 1 else "one frequency"
    return (
        f"The contacts follow the first channel of the sound {_described(audio)}, not a recording of the brain, by the "
        "recipe of the blog post Brainy Jingle Bells: resampled to 11025 Hz, magnitudes of Morlet wavelets of seven "
        f"cycles at {wavelets} from {centres[0]:.4g} to {centres[-1]:.4g} Hz, every 400th kept, and a zero-phase FIR "
        "low-pass (Hamming window, pass band to 5 Hz, transition 2 Hz, -6 dB at 6 Hz), which shows the sound before it "
        "is heard. Each frequency was scaled from its own lowest and highest value to 0 and 1.6, and clipped at 1, "
        "which is 62.5 % of the way to its highest value: the brightness of two contacts does not compare their "
        "loudness."
    ).replace("-6 dB", "−6 dB")


def methods_of_band(
    recording: Recording,
    reference: str,
    band_hz: tuple[float, float],
    line_hz: float | None,
    baseline_s: tuple[float, float] | None,
    in_time: InTime,
) -> str:
    """Sentences about `HighGammaDrive`.

    Parameters
    ----------
    reference : in the words of a caption
    line_hz : power-line frequency that is removed; None if nothing is removed
    baseline_s : first and last second of the baseline; None for the whole recording
    in_time : smoothing and lead
    """
    edges = band_edges_hz(*band_hz)
    n, reach_s = len(edges) - 1, filter_reach_s(band_hz)
    bands = f"{n} adjacent bands of {edges[1] - edges[0]:.3g} Hz were filtered" if n > 1 else "The band was filtered"
    if baseline_s is None:
        scored = "the median and the median absolute deviation (times 1.4826) of the whole recording"
    else:
        scored = f"the mean and the standard deviation from {baseline_s[0]:g} to {baseline_s[1]:g} s of the recording"
    sentences = (
        *_before_the_filters(recording, reference, band_hz, line_hz),
        f"{bands} by zero-phase FIR band-passes (Hamming windows, −6 dB at the edges), which reach "
        f"{1000 * reach_s:.3g} ms to both sides, so that as much of both ends of the recording is uncertain.",
        "The amplitude of each band's analytic signal was divided by its level at rest, and the mean of the bands was "
        f"z-scored by {scored}.",
        in_time.sentences("Scores"),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def methods_of_amplitude(
    recording: Recording,
    reference: str,
    band_hz: tuple[float, float],
    line_hz: float | None,
    in_time: InTime,
) -> str:
    """Sentences about `HighGammaDrive` without a baseline; parameters as those of `methods_of_band`."""
    unit = "in µV" if recording.unit == "V" else "in the values of the recording, whose unit is unknown"
    sentences = (
        *_before_the_filters(recording, reference, band_hz, line_hz),
        "The whole band was filtered by one zero-phase FIR band-pass (Hamming window, −6 dB at the edges), which "
        f"reaches {1000 * filter_reach_s(band_hz):.3g} ms to both sides, so that as much of both ends of the recording "
        "is uncertain.",
        f"The amplitude is the magnitude of the analytic signal, {unit}, without a baseline.",
        in_time.sentences("Amplitudes"),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _before_the_filters(
    recording: Recording, reference: str, band_hz: tuple[float, float], line_hz: float | None
) -> tuple[str, str, str]:
    return (
        f"The contacts show the amplitude from {band_hz[0]:g} to {band_hz[1]:g} Hz of the recording "
        f"{_of_recording(recording)}.",
        f"Reference: {reference}.",
        _line_sentence(line_hz),
    )


def methods_of_voltage(recording: Recording, reference: str, in_time: InTime) -> str:
    """Sentences about `VoltageDrive`; parameters as those of `methods_of_band`."""
    return (
        f"The contacts show the voltage of the recording {_of_recording(recording)}. Reference: {reference}. "
        f"{in_time.sentences('Voltages')}"
    )


def _line_sentence(line_hz: float | None) -> str:
    if line_hz is None:
        return ""
    return (
        f"Power-line noise of {line_hz:g} Hz and its harmonics was removed by zero-phase Butterworth notches of 2 Hz."
    )


def _of_recording(recording: Recording) -> str:
    name = recording.path.name if recording.path is not None else recording.name
    return f"{name} ({len(recording.names)} channels, {recording.sample_rate:g} samples per second)"


def _described(audio: AudioSource) -> str:
    channels = "1 channel" if audio.n_channels == 1 else f"{audio.n_channels} channels"
    return f"{audio.name} ({audio.sample_rate} samples per second, {channels})"
