"""Arrays to arrays: Fourier and wavelet analysis, bands, and the drives that make electrode activity.

::

    sound in blocks ─> StreamingStft ─> LogBands ─> smoothing ─> scale ─┐
                                                 assignment of bands ───┴─> Activity ─> Sonified ─> sound in blocks
"""

from corticast.dsp.bands import LogBands
from corticast.dsp.drive import ArrayDrive, AudioDrive
from corticast.dsp.post import PostDrive
from corticast.dsp.sonify import Sonified
from corticast.dsp.stft import Stft, StreamingStft

__all__ = ["ArrayDrive", "AudioDrive", "LogBands", "PostDrive", "Sonified", "Stft", "StreamingStft"]
