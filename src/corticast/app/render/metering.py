"""The flashes of a film, measured on the frames that are drawn."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from fractions import Fraction
from math import ceil

import numpy as np

from corticast.core.flash_activity import activity_can_flash
from corticast.core.flash_meter import FlashMeter
from corticast.core.flash_reach import Reach
from corticast.core.flash_strictness import AS_WRITTEN, Strictness
from corticast.core.flashes import SAMPLES_HZ, Excess, Flashes, excesses_of, sample_size
from corticast.core.model.types import Float32Array, UInt8Array
from corticast.film.film import Film
from corticast.gl.context import OffscreenContext
from corticast.gl.target import Target
from corticast.passes.compositor import Compositor
from corticast.passes.plane_samples import PlaneSamples
from corticast.passes.planes import PlanePass
from corticast.passes.samples import FrameSamples

# Samples that are read back at once.
_N_TOGETHER = 15
# A pixel of colour in planes is mixed from pixels so far away.
_COLOUR_PX = 2
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


def reach_of(compositor: Compositor, film: Film, *, in_planes: bool = False) -> Reach | None:
    """Where the frames of a film can differ; None where something else than contacts and a clock moves.

    Parameters
    ----------
    in_planes : whether frames are measured in the planes of an encoder, where colour runs over edges
    """
    reach = compositor.reach(film.frame(0), film.frame(film.n_frames - 1))
    return replace(reach, halo_px=_COLOUR_PX) if reach is not None and in_planes else reach


def can_flash(
    reach: Reach | None, film: Film, frames: range | None = None, strictness: Strictness = AS_WRITTEN
) -> bool:
    """Whether contacts could make a flash: at any activity, and then at the film's own; false only where none can.

    Parameters
    ----------
    reach : of the film's frames, see `reach_of`
    frames : that are measured; None takes all
    strictness : of the meter
    """
    if reach is None or not reach.can_flash(strictness=strictness):
        return reach is None
    step = sample_step(film.fps)
    sampled = (index for index in frames or range(film.n_frames) if is_sampled(index, step))
    activity = (film.frame(index).activity for index in sampled)
    known = (_NO_ACTIVITY if each is None else each for each in activity)
    return activity_can_flash(reach, known, sample_rate_hz(film.fps), strictness=strictness)


class FilmMeter:
    """Measures the flashes of a film's frames.

    Frames that are converted to planes for an encoder are measured there, once they were read back: give `planes` each
    of them in turn. Other frames are sampled by the renderer.

    Parameters
    ----------
    context : current
    compositor : of the frames
    fps : of the film
    begin, first : numbers of the first frame that is taken in, and of the first one that counts
    planes : where frames are converted to
    strictness : of the meter
    counts : whether flashes are counted; else regular patterns alone are looked for, see `can_flash`
    reach : where frames can differ, see `reach_of`
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
        reach: Reach | None = None,
    ) -> None:
        self._compositor, self._counts = compositor, counts
        self._step = sample_step(fps)
        size = compositor.layout.size
        cells = None if reach is None else reach.cells()
        # Of the frames whose planes are on their way: whether they are sampled, and then whether they are read.
        self._awaited: deque[bool | None] = deque()
        self._samples: FrameSamples | None = None
        if planes is None:
            self._samples = FrameSamples(context, size, _N_TOGETHER if counts else 1)
        self._number = n_samples_before(begin, self._step)
        self._n_uncounted = n_samples_before(first, self._step) - self._number
        self.meter = FlashMeter(
            sample_size(size),
            sample_rate_hz(fps),
            first=self._number,
            strictness=strictness,
            frame_size=size,
            counts=counts,
            is_ycbcr=planes is not None,
            cells=cells,
        )
        self._in_planes = None if planes is None else PlaneSamples(planes, size, self.meter.cells)
        # The first sample, and those that are looked at for patterns, are whole.
        self._takes_whole = True
        # Of the frames since the last sample that was read, whether one differs from the frame before.
        self._changed = True

    def frame(self, index: int, frame: Target) -> None:
        """Take in a frame that was drawn."""
        # Passes that draw only into the planes do not report their changes.
        self._changed |= self._compositor.changed != [] or not self._compositor.is_in_frame
        is_read: bool | None = None
        if is_sampled(index, self._step):
            is_read = self._changed and self.meter.needs(self._number)
            self._number += 1
            self._changed &= not is_read
        if self._samples is None:
            self._awaited.append(is_read)
        elif is_read is not None:
            for pixels in self._samples.take(frame, is_new=is_read):
                self._push(pixels)

    def planes(self, packed: UInt8Array) -> None:
        """Take in the planes of the next frame, in the order of the frames."""
        if self._in_planes is None or not self._awaited:
            return
        is_read = self._awaited.popleft()
        if is_read is None:
            return
        if not is_read:
            self._push(None)
        elif self._takes_whole:
            self._push(self._in_planes.whole(packed))
            self._takes_whole = not self._counts
        else:
            self._push(self._in_planes.moving(packed))

    def _push(self, pixels: UInt8Array | None) -> None:
        counted = self._n_uncounted <= 0
        self._n_uncounted -= 1
        self.meter.push(pixels, counted=counted)

    @property
    def excesses(self) -> list[Excess]:
        """Excesses in the samples that were counted so far."""
        return excesses_of(self.meter.samples, self.meter.rate_hz)

    def finish(self) -> Flashes:
        """Take in the samples on their way; give the flashes of the frames that count."""
        for pixels in self._samples.rest() if self._samples is not None else ():
            self._push(pixels)
        return self.meter.flashes

    def close(self) -> None:
        """Free the buffers."""
        if self._samples is not None:
            self._samples.close()
