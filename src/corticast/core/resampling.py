"""Raise the sample rate of a signal by a polyphase filter, in blocks that equal the whole.

scipy.signal.resample_poly filters in the same way. Each sample of the output depends on `REACH` input samples to both
sides alone, so a block is computed from its own part of the input, without a state and without a delay.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from corticast.core.model.types import Float64Array

# Input samples to both sides of an output sample. The filter passes all but the last 1/4000 of the frequencies, so that
# white noise equals its band-limited interpolation to r = 0.9999.
REACH = 2048
# Shape of scipy.signal.resample_poly's window.
_BETA = 5.0
# Above this divisor, single sums are faster than Fourier transforms, which give sums that are dropped.
_MOST_TRANSFORMED = 32


@lru_cache(maxsize=2)
def phases(up: int) -> Float64Array:
    """(up, 2 * REACH + 1) taps: row p gives the sample that lies p / up of a step after an input sample.

    The rows are the phases of firwin(2 * REACH * up + 1, 1 / up, window=("kaiser", 5.0)) * up.
    """
    from scipy.signal import firwin

    taps = firwin(2 * REACH * up + 1, 1 / up, window=("kaiser", _BETA)) * up
    # Zeros fill the last row of each phase but the first.
    return np.ascontiguousarray(np.pad(taps, (0, up - 1)).reshape(2 * REACH + 1, up).T)


def raised(
    read: Callable[[int, int], Float64Array], n_input: int, up: int, down: int, first: int, stop: int
) -> Float64Array:
    """Samples of a signal at up / down times its rate.

    Both ends of the signal are extended by their last samples.

    Parameters
    ----------
    read : function of the first input sample and the one after the last; returns (n_rows, n) float64
    n_input : samples of the input
    up, down : whole numbers without a common divisor, up > down
    first, stop : wanted samples of the output

    Returns
    -------
    (n_rows, stop - first) float64; sample k lies at the time of input sample k * down / up
    """
    begin, end = first * down // up - REACH, (stop - 1) * down // up + REACH + 1
    low, high = max(begin, 0), min(end, n_input)
    samples = np.pad(read(low, high), ((0, 0), (low - begin, end - high)), mode="edge")
    out = np.empty((len(samples), stop - first))
    for wanted in range(first, min(first + up, stop)):
        # Output samples `up` apart have one phase, and lie `down` input samples apart.
        place, phase = divmod(wanted * down, up)
        part = out[:, wanted - first :: up]
        part[:] = _filtered(samples[:, place - REACH - begin :], phases(up)[phase], down, part.shape[1])
    return out


def _filtered(samples: Float64Array, taps: Float64Array, step: int, n: int) -> Float64Array:
    """(n_rows, n) sums of samples times taps, the first at the first samples, each `step` samples after the last."""
    from scipy.signal import oaconvolve, upfirdn

    used = samples[:, : (n - 1) * step + len(taps)]
    if step <= _MOST_TRANSFORMED:
        return np.asarray(oaconvolve(used, taps[None], mode="valid", axes=1)[:, ::step])
    # The first whole sum stands at len(taps) - 1; zeros before the taps move it to a multiple of the step.
    lead = -(len(taps) - 1) % step
    sums = upfirdn(np.concatenate([np.zeros(lead), taps]), used, down=step, axis=1)
    return np.asarray(sums[:, (len(taps) - 1 + lead) // step :][:, :n])
