"""Detection of power-line noise in a recording's spectrum."""

from __future__ import annotations

from typing import Literal

import numpy as np

from corticast.core.arguments import is_real, wrong
from corticast.core.model.recording import Recording

# None removes no noise.
LineRule = float | Literal["auto"] | None

_MAINS_HZ = (50.0, 60.0)
# Line noise exceeds the power at neighbouring frequencies by this factor, on most channels.
_LEAST_RATIO = 4.0
_NEAR_HZ, _BESIDE_HZ = 0.75, (2.0, 5.0)
_SEGMENT_S, _MOST_S = 2.0, 60.0


def check_line(line_hz: LineRule) -> None:
    """Refuse values that are no line frequency.

    Raises
    ------
    OptionError : the value is not above 0, or is a word other than "auto"
    """
    is_rule = line_hz is None or (isinstance(line_hz, str) and line_hz == "auto")
    if not is_rule and not (is_real(line_hz) and line_hz > 0):  # type: ignore[operator]
        raise wrong("--line-hz", line_hz, 'the frequency of the mains in Hz, such as 50 or 60, "auto" or none')


def line_frequency_hz(recording: Recording) -> float | None:
    """Find the line frequency in the first minute: 50 or 60 Hz, whichever stands out more; None if neither does.

    Of a recording with gaps, the longest part without a gap counts.
    """
    from scipy.signal import welch

    rate = recording.sample_rate
    first, stop = max(recording.pieces, key=lambda piece: piece[1] - piece[0])
    n = min(stop - first, round(_MOST_S * rate))
    samples = recording.read(first, first + n, np.arange(len(recording.names)))
    freqs_hz, power = welch(samples, rate, nperseg=min(n, round(_SEGMENT_S * rate)), axis=1)
    ratios = []
    for mains_hz in _MAINS_HZ:
        away = np.abs(freqs_hz - mains_hz)
        near, beside = away <= _NEAR_HZ, (away >= _BESIDE_HZ[0]) & (away <= _BESIDE_HZ[1])
        known = mains_hz + _BESIDE_HZ[1] < rate / 2 and near.any() and beside.any()
        floor = np.median(power[:, beside], axis=1) if known else np.zeros(len(power))
        heard = floor > 0
        ratio = power[heard][:, near].max(axis=1) / floor[heard] if heard.any() else np.zeros(1)
        ratios.append(float(np.median(ratio)))
    loudest = int(np.argmax(ratios))
    return _MAINS_HZ[loudest] if ratios[loudest] >= _LEAST_RATIO else None


def harmonics_hz(line_hz: float | None, sample_rate: float, highest_hz: float) -> tuple[float, ...]:
    """The line frequency and its multiples up to `highest_hz`, as far as the sample rate can hold them."""
    if line_hz is None:
        return ()
    most = min(highest_hz, sample_rate / 2 - 2.0)
    return tuple(line_hz * number for number in range(1, int(most / line_hz) + 1))
