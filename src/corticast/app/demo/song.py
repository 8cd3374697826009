"""The demo's sound: the chorus of "Jingle Bells" (J. L. Pierpont, 1857), synthesised note by note.

score -> struck tones and sleigh bells -> stereo mix -> reverb -> level

Electrodes glow with ten log-spaced bands from 400 to 6000 Hz, so every part has its own register. Chords and the lower
octave of the tune lie below 900 Hz, the tune around 1 kHz, the music box and the tune's overtones up to 3 kHz, higher
overtones and sleigh bells above.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from corticast.core.model.types import Float32Array, Float64Array

_BEATS_PER_MINUTE = 208
_BEATS_PER_BAR = 4
_RING_S = 1.2  # after the last bar
_FADE_S = 0.8
_PEAK = 10 ** (-1 / 20)  # -1 dBFS

# One bar of sleigh bells, then the tune. A note is PITCH or PITCH:BEATS, "|" ends a bar, "-" is a rest.
_MELODY = """
-:4 |
B5 B5 B5:2 | B5 B5 B5:2 | B5 D6 G5:1.5 A5:.5 | B5:4 |
C6 C6 C6:1.5 C6:.5 | C6 B5 B5 B5:.5 B5:.5 | B5 A5 A5 B5 | A5:2 D6:2 |
B5 B5 B5:2 | B5 B5 B5:2 | B5 D6 G5:1.5 A5:.5 | B5:4 |
C6 C6 C6:1.5 C6:.5 | C6 B5 B5 B5:.5 B5:.5 | D6 D6 C6 A5 | G5:4
"""
_CHORDS = "G  G G G G7  C G A7 D7  G G G G7  C G D7 G"
_HEY_BAR = 8  # "sleigh, hey!": the shout falls on the bar's third beat
_MUSIC_BOX_BARS = (0, 4, *range(9, 16))  # the introduction, the tune's first long note, the second half

# Bass notes on the first and third beat, and the three notes of the chord.
_CHORD_NOTES = {
    "G": ("G2", "D2", ("G4", "B4", "D5")),
    "G7": ("G2", "D2", ("F4", "B4", "D5")),
    "C": ("C3", "G2", ("G4", "C5", "E5")),
    "A7": ("A2", "E2", ("G4", "C#5", "E5")),
    "D7": ("D3", "A2", ("F#4", "C5", "D5")),
}
_SEMITONE = {"C": -9, "C#": -8, "D": -7, "E": -5, "F": -4, "F#": -3, "G": -2, "A": 0, "B": 2}  # above A


@dataclass(frozen=True)
class _Voice:
    """A struck sound: partials that start together and die away one after the other.

    Parameters
    ----------
    ratios : frequencies of the partials, relative to the note's
    levels : amplitudes of the partials
    ring_s : time in which the first partial falls by 60 dB
    damping : a partial of ratio r rings for ring_s / r ** damping
    attack_s : length of the onset, which avoids a click
    """

    ratios: tuple[float, ...]
    levels: tuple[float, ...]
    ring_s: float
    damping: float
    attack_s: float


# A glockenspiel has the partials of a bar with free ends: 3.0112², 5², 7², 9² over 3.0112² (Fletcher and Rossing,
# "The Physics of Musical Instruments", 1998, chapter 2).
_GLOCKENSPIEL = _Voice((1, 2.756, 5.404, 8.933), (1.0, 0.50, 0.32, 0.16), ring_s=2.2, damping=0.8, attack_s=0.002)
_CELESTA = _Voice((1, 2, 3, 4), (1.0, 0.25, 0.12, 0.10), ring_s=1.3, damping=0.5, attack_s=0.004)
_MUSIC_BOX = _Voice((1, 2.0, 3.94, 6.2), (1.0, 0.15, 0.20, 0.08), ring_s=0.7, damping=0.6, attack_s=0.002)
_HARP = _Voice(tuple(range(1, 9)), tuple(n**-1.3 for n in range(1, 9)), ring_s=0.8, damping=0.5, attack_s=0.004)
_BASS = _Voice(tuple(range(1, 9)), tuple(n**-1.4 for n in range(1, 9)), ring_s=1.0, damping=0.4, attack_s=0.006)


def jingle_bells(sample_rate: int = 48000) -> Float32Array:
    """The chorus of "Jingle Bells" for bells, harp, bass and sleigh bells, about 20 seconds.

    Parameters
    ----------
    sample_rate : Hz

    Returns
    -------
    (2, n_samples) float32, left and right, peak -1 dBFS; silent at both ends; the same in every call
    """
    melody = _notes(_MELODY)
    chords = _CHORDS.split()
    mix = _Mix(sample_rate, duration_s=_seconds(len(chords) * _BEATS_PER_BAR) + _RING_S)
    _add_tune(mix, melody)
    _add_accompaniment(mix, chords)
    _add_sleigh_bells(mix, n_bars=len(chords))
    return _master(mix.samples, sample_rate)


class _Mix:
    """A stereo track that sounds are mixed into."""

    def __init__(self, sample_rate: int, duration_s: float) -> None:
        self.sample_rate = sample_rate
        self.samples = np.zeros((2, round(duration_s * sample_rate)))

    def strike(
        self, voice: _Voice, pitch: str, beat: float, gain: float, pan: float, damped_at: float | None = None
    ) -> None:
        """Play a note. `pan` runs from -1 (left) to 1 (right). The note is silent from beat `damped_at` on."""
        tone = _tone(voice, _frequency_hz(pitch), self.sample_rate)
        if damped_at is not None:
            n_damp = round(0.01 * self.sample_rate)
            tone = tone[: round(_seconds(damped_at - beat) * self.sample_rate)].copy()
            tone[-n_damp:] *= np.linspace(1, 0, n_damp)
        self.add(tone, beat, gain, pan)

    def add(self, sound: Float64Array, beat: float, gain: float, pan: float) -> None:
        """Mix in a mono sound at a beat, with the same power for every pan."""
        angle = (pan + 1) * np.pi / 4
        start = round(_seconds(beat) * self.sample_rate)
        sound = sound[: self.samples.shape[1] - start]
        self.samples[:, start : start + len(sound)] += gain * np.array([[np.cos(angle)], [np.sin(angle)]]) * sound


def _add_tune(mix: _Mix, melody: list[tuple[str, float]]) -> None:
    """Glockenspiel, and a celesta one octave lower that carries the tune on small loudspeakers."""
    for i, (pitch, beat) in enumerate(melody):
        gain = 1.0 if beat % 2 == 0 else 0.85
        # The mallet damps the bar that it strikes again: two tones of one pitch would cancel or add at random.
        repeated = i + 1 < len(melody) and melody[i + 1][0] == pitch
        damped_at = melody[i + 1][1] if repeated else None
        mix.strike(_GLOCKENSPIEL, pitch, beat, gain * 0.55, pan=0.25, damped_at=damped_at)
        mix.strike(_CELESTA, _octaves(pitch, -1), beat, gain * 0.32, pan=-0.25, damped_at=damped_at)
    # The last note blooms into its chord.
    last_beat = melody[-1][1]
    for step, pitch in enumerate(("B5", "D6", "G6", "B6", "D7", "G7"), start=1):
        mix.strike(_GLOCKENSPIEL, pitch, last_beat + step / 4, 0.35 - 0.03 * step, pan=0.15 * step - 0.5)


def _add_accompaniment(mix: _Mix, chords: list[str]) -> None:
    """Bass on the strong beats, harp on the weak ones, and a music box in quavers in some bars."""
    for bar, chord in enumerate(chords):
        beat = bar * _BEATS_PER_BAR
        root, fifth, notes = _CHORD_NOTES[chord]
        last = bar == len(chords) - 1
        mix.strike(_BASS, root, beat, 0.65, pan=0.0)
        if not last:
            mix.strike(_BASS, fifth, beat + 2, 0.55, pan=0.0)
        strokes = [0.0] if last else [1.0, 2.0, 3.0] if bar == _HEY_BAR else [1.0, 3.0]
        for stroke in strokes:
            for i, pitch in enumerate(notes):
                # A spread chord: the strings sound one after the other.
                mix.strike(_HARP, pitch, beat + stroke + 0.04 * i, 0.26, pan=-0.6 + 0.1 * i)
        if bar in _MUSIC_BOX_BARS:
            for step, i in enumerate((0, 1, 2, 1, 0, 2, 1, 2)):
                mix.strike(_MUSIC_BOX, _octaves(notes[i], 2), beat + step / 2, 0.13, pan=0.7 - 0.2 * (step % 2))


def _add_sleigh_bells(mix: _Mix, n_bars: int) -> None:
    """A shake on each quaver, stronger on the beat; a tremolo on "hey!"."""
    rng = np.random.default_rng(1857)
    shakes = [_shake(rng, mix.sample_rate) for _ in range(8)]
    last_beat = (n_bars - 1) * _BEATS_PER_BAR
    for quaver in range(2 * last_beat + 1):
        beat = quaver / 2
        gain = 0.2 if quaver % 2 else 0.55 if quaver % 4 == 2 else 0.4
        mix.add(shakes[quaver % len(shakes)], beat, gain, pan=0.5 if quaver % 2 else 0.3)
    for step in range(8):
        mix.add(shakes[step], _HEY_BAR * _BEATS_PER_BAR + 2 + step / 4, 0.55 - 0.05 * step, pan=0.4)


@cache
def _tone(voice: _Voice, frequency_hz: float, sample_rate: int) -> Float64Array:
    """A note of a voice, (n_samples,) float64, without partials above 0.45 · sample_rate."""
    time_s = np.arange(round(voice.ring_s * sample_rate)) / sample_rate
    tone = np.zeros_like(time_s)
    for ratio, level in zip(voice.ratios, voice.levels, strict=True):
        if ratio * frequency_hz < 0.45 * sample_rate:
            decay = 10 ** (-3 * ratio**voice.damping * time_s / voice.ring_s)
            tone += level * decay * np.sin(2 * np.pi * ratio * frequency_hz * time_s)
    # The end fades from -60 dB to silence, so no note is cut.
    tone *= np.minimum(1, time_s / voice.attack_s) * np.minimum(1, (time_s[-1] - time_s) / 0.02)
    return tone


def _shake(rng: np.random.Generator, sample_rate: int) -> Float64Array:
    """One shake of sleigh bells: a burst of noise, filtered to 24 narrow resonances from 2.5 to 11 kHz."""
    time_s = np.arange(round(0.25 * sample_rate)) / sample_rate
    frequency_hz = np.fft.rfftfreq(len(time_s), 1 / sample_rate)
    gain = np.zeros_like(frequency_hz)
    for centre_hz in np.geomspace(2500, 11000, 24) * rng.uniform(0.94, 1.06, 24):
        gain += rng.uniform(0.3, 1.0) / (1 + ((frequency_hz - centre_hz) / 40) ** 2)
    noise = np.fft.irfft(np.fft.rfft(rng.standard_normal(len(time_s))) * gain, len(time_s))
    noise *= np.minimum(1, time_s / 0.003) * (10 ** (-3 * time_s / 0.22)) * (1 - time_s / time_s[-1])
    return np.asarray(noise / np.abs(noise).max())


def _master(dry: Float64Array, sample_rate: int) -> Float32Array:
    """Add reverberation, limit the peaks, fade out and set the level."""
    wet = _reverberate(dry, sample_rate)
    samples = dry + wet * (0.35 * np.sqrt((dry**2).mean() / (wet**2).mean()))
    # A soft limiter: bells have strong onsets, and without the limiter all else would be faint at the same peak.
    samples = np.tanh(1.6 * samples / np.abs(samples).max())
    n_fade = round(_FADE_S * sample_rate)
    samples[:, -n_fade:] *= np.cos(np.linspace(0, np.pi / 2, n_fade)) ** 2
    return np.asarray(samples * (_PEAK / np.abs(samples).max()), dtype=np.float32)


def _reverberate(dry: Float64Array, sample_rate: int) -> Float64Array:
    """Reverberation of 1.2 seconds: the sound convolved with decaying noise, different for each ear."""
    n_impulse = round(1.2 * sample_rate)
    time_s = np.arange(n_impulse) / sample_rate
    frequency_hz = np.fft.rfftfreq(n_impulse, 1 / sample_rate)
    # Walls absorb high frequencies, and a booming room would blur the bass.
    colour = frequency_hz / np.hypot(frequency_hz, 200) / np.hypot(1, frequency_hz / 5000)
    noise = np.random.default_rng(1858).standard_normal((2, n_impulse))
    impulse = np.fft.irfft(np.fft.rfft(noise) * colour, n_impulse)
    impulse *= 10 ** (-3 * time_s / 1.2) * np.minimum(1, time_s / 0.02)
    n_samples = dry.shape[1]
    n_fft = 1 << (n_samples + n_impulse - 1).bit_length()
    return np.asarray(np.fft.irfft(np.fft.rfft(dry, n_fft) * np.fft.rfft(impulse, n_fft), n_fft)[:, :n_samples])


def _notes(score: str) -> list[tuple[str, float]]:
    """Pitch and beat of each note of a score."""
    notes = []
    beat = 0.0
    for bar, text in enumerate(score.split("|")):
        assert beat == bar * _BEATS_PER_BAR, f"the bar before {text!r} is not full"
        for token in text.split():
            pitch, _, beats = token.partition(":")
            if pitch != "-":
                notes.append((pitch, beat))
            beat += float(beats or 1)
    return notes


def _frequency_hz(pitch: str) -> float:
    """Frequency of a pitch in equal temperament, A4 = 440 Hz."""
    return float(440 * 2 ** (int(pitch[-1]) - 4 + _SEMITONE[pitch[:-1]] / 12))


def _octaves(pitch: str, n_octaves: int) -> str:
    """The pitch `n_octaves` higher."""
    return f"{pitch[:-1]}{int(pitch[-1]) + n_octaves}"


def _seconds(beat: float) -> float:
    """Time of a beat in seconds."""
    return beat * 60 / _BEATS_PER_MINUTE
