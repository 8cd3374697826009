"""The flashes of a film, measured on the frames that are drawn."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import numpy as np

from corticast.core.flash_activity import activity_can_flash
from corticast.core.flash_meter import FlashMeter
from corticast.core.flash_strictness import AS_WRITTEN, Strictness
from corticast.core.flashes import SAMPLES_HZ, Flashes
from corticast.core.model.types import Float32Array, UInt8Array
from corticast.film.film import Film
from corticast.gl.context import OffscreenContext
from corticast.gl.target import Target
from corticast.passes.compositor import Compositor
from corticast.passes.planes import PlanePass
from corticast.passes.samples import FrameSamples

# Samples that are read back at once.
_N_TOGETHER = 15
# Of a film without contacts, whose texts move alone.
_NO_ACTIVITY: Float32Array = np.zeros(0, dtype=np.float32)


def sample_step(fps: Fraction) -> int:
    """Frames from one sample to the next: 30 samples a second, or every frame of a slower film."""
    return max(ceil(fps / SAMPLES_HZ), 1)


def sample_rate_hz(fps: Fraction) -> Fraction:
    """Samples per second of a film."""
    return fps / sample_step(fps)


def frames_before(fps: Fraction, first: int) -> range:
    """Frames of the second before a part of a film: flashes at its beginning depend on them."""
    return range(max(first - ceil(fps) - sample_step(fps), 0), first)


def is_sampled(index: int, step: int) -> bool:
    """Whether a frame gives a sample: one of each `step` frames, the first and the last of them in turn.

    A film that flickers from frame to frame would look still at a constant distance of its samples.
    """
    number, place = divmod(index, step)
    return place == number % 2 * (step - 1)


def n_samples_before(index: int, step: int) -> int:
    """Number of samples that frames before this one give."""
    number, place = divmod(index, step)
    return number + (number % 2 * (step - 1) < place)


def can_flash(
    compositor: Compositor, film: Film, frames: range | None = None, strictness: Strictness = AS_WRITTEN
) -> bool:
    """Whether contacts could make a flash: at any activity, and then at the film's own; false only where none can.

    Parameters
    ----------
    compositor : of the film's frames
    frames : that are measured; None takes all
    strictness : of the meter
    """
    reach = compositor.reach(film.frame(0), film.frame(film.n_frames - 1))
    if reach is None or not reach.can_flash(strictness=strictness):
        return reach is None
    step = sample_step(film.fps)
    sampled = (index for index in frames or range(film.n_frames) if is_sampled(index, step))
    activity = (film.frame(index).activity for index in sampled)
    known = (_NO_ACTIVITY if each is None else each for each in activity)
    return activity_can_flash(reach, known, sample_rate_hz(film.fps), strictness=strictness)


class FilmMeter:
    """Measures the flashes of a film's frames.

    Parameters
    ----------
    context : current
    compositor : of the frames
    fps : of the film
    begin, first : numbers of the first frame that is taken in, and of the first one that counts
    planes : where frames are converted to
    strictness : of the meter
    counts : whether flashes are counted; else regular patterns alone are looked for, see `can_flash`
    """

    def __init__(
        self,
        context: OffscreenContext,
        compositor: Compositor,
        fps: Fraction,
        begin: int = 0,
        first: int = 0,
        planes: PlanePass | None = None,
        strictness: Strictness = AS_WRITTEN,
        counts: bool = True,
    ) -> None:
        self._compositor = compositor
        self._step = sample_step(fps)
        source = None if compositor.is_in_frame else planes
        self._samples = FrameSamples(context, compositor.layout.size, source, _N_TOGETHER if counts else 1)
        self._number = n_samples_before(begin, self._step)
        self._n_uncounted = n_samples_before(first, self._step) - self._number
        self.meter = FlashMeter(
            self._samples.size,
            sample_rate_hz(fps),
            first=self._number,
            strictness=strictness,
            frame_size=compositor.layout.size,
            counts=counts,
        )
        # Of the frames since the last sample that was read, whether one differs from the frame before.
        self._changed = True

    def frame(self, index: int, frame: Target) -> None:
        """Take in a frame that was drawn, and converted where frames are."""
        # Passes that draw only into the planes do not report their changes.
        self._changed |= self._compositor.changed != [] or not self._compositor.is_in_frame
        if not is_sampled(index, self._step):
            return
        is_read = self._changed and self.meter.needs(self._number)
        self._number += 1
        for pixels in self._samples.take(frame, is_new=is_read):
            self._push(pixels)
        self._changed &= not is_read

    def _push(self, pixels: UInt8Array | None) -> None:
        counted = self._n_uncounted <= 0
        self._n_uncounted -= 1
        self.meter.push(pixels, counted=counted)

    def finish(self) -> Flashes:
        """Take in the samples on their way; give the flashes of the frames that count."""
        for pixels in self._samples.rest():
            self._push(pixels)
        return self.meter.flashes

    def close(self) -> None:
        """Free the buffers."""
        self._samples.close()
