"""The picture of a live show: drawn anew when something is set, converted for a film."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from corticast.app.render.drawing import compositor_of, volume_texture_of
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import Motion, Rect
from corticast.core.model.scene import changed
from corticast.core.model.types import FrameState, UInt8Array
from corticast.film.film import Film
from corticast.film.sizes import Size
from corticast.gl.context import OffscreenContext
from corticast.gl.readback import ReadbackRing, ring_depth
from corticast.gl.target import Target
from corticast.passes.compositor import Compositor
from corticast.passes.planes import PlanePass
from corticast.passes.quads import covering, joined_rects
from corticast.passes.samples import FrameSamples

# Kept planes: those on their way, and those of the frame before, which wait until the duration of that frame is known.
_KEPT = 3


class LivePicture:
    """Draws a scene whose planes rest, in a context that stays current.

    Parameters
    ----------
    context : current
    film : the scene, its electrodes and its grey window
    size : width, height in pixels

    Attributes
    ----------
    look : counts the looks of the scene that have been drawn
    """

    def __init__(self, context: OffscreenContext, film: Film, size: Size) -> None:
        context.check_size("--size", size)
        self._context = context
        self.size = size
        self._planes: PlanePass | None = None
        self._ring: ReadbackRing | None = None
        self._indices: deque[int] = deque()
        # Frames that are shown, and frames that are only tried.
        self._samples: FrameSamples | None = None
        self._samples_of_tries: FrameSamples | None = None
        # Rectangles that differ from the frame converted last; None for all of it.
        self._unconverted: list[Rect] | None = None
        self._film = film
        self.look = 0
        self._texture = volume_texture_of(context, film)
        self._compositor = self._made()

    def _made(self) -> Compositor:
        """Make the film's compositor. Planes rest until somebody drags them."""
        motion = Motion("drag", self._film.turns)
        return compositor_of(self._context, self._film, self.size, motion=motion, is_fed=True, texture=self._texture)

    @property
    def layout(self) -> Layout:
        """Panels and label places."""
        return self._compositor.layout

    def change(self, film: Film, size: Size) -> None:
        """Draw another look of the scene, or, without a film, at another size; the volume stays on the GPU.

        Raises
        ------
        OptionError : the renderer's pictures are not that large
        """
        self._context.check_size("--size", size)
        if size != self.size:
            self._end_samples()
        self._film, self.size = film, size
        self._texture = volume_texture_of(self._context, film, self._texture)
        self._compositor = self._made()
        self._unconverted = None
        self.look += 1

    def draw(self, state: FrameState) -> Target:
        """Draw a frame; the target holds it until the next one is drawn.

        Another grey window is a uniform, unless it lies so far away that voxels have to be uploaded anew for it.
        """
        volume = self._film.scene.volume
        if volume is not None and self._texture is not None and not self._texture.serves(volume, state.window):
            self.change(replace(self._film, window=state.window), self.size)
        frame = self._compositor.draw(state)
        changed = self._compositor.changed
        if changed is None or self._unconverted is None:
            self._unconverted = None
        else:
            self._unconverted += changed
        return frame

    def capture(self, index: int) -> Iterator[tuple[UInt8Array, int]]:
        """Ask for the planes of the frame drawn last; give those that have come.

        Parameters
        ----------
        index : of the frame of the film

        Yields
        ------
        planes Y', Cb, Cr as one uint8 array that stays until two more have been given, and the index that was theirs
        """
        if self._planes is None or self._ring is None:
            self._planes = PlanePass(self._context, self.size, _KEPT)
            self._ring = ReadbackRing(self._planes.n_bytes, ring_depth(self._context.facts), _KEPT)
        changed = None if self._unconverted is None else joined_rects(covering(self._unconverted, self.size))
        self._planes.draw(self._compositor.frame, changed, chroma_rests=self._compositor.is_neutral)
        self._context.flush()
        self._unconverted = []
        self._indices.append(index)
        packed = self._ring.push(self._planes.target)
        if packed is not None:
            yield self._planes.planes(packed), self._indices.popleft()

    def captured(self) -> Iterator[tuple[UInt8Array, int]]:
        """Planes that are still on their way, as `capture` gives them."""
        if self._planes is not None and self._ring is not None:
            for packed in self._ring.drain():
                yield self._planes.planes(packed), self._indices.popleft()

    def sample(self) -> UInt8Array | None:
        """Ask for a sample of the frame drawn last, and give the one that has come.

        Returns
        -------
        (h, w, 4) uint8, sRGB, of this frame, or on a GPU of one shortly before; None while none has come
        """
        if self._samples is None:
            self._samples = FrameSamples(self._context, self.size)
        return next(self._samples.take(self._compositor.frame, is_new=True), None)

    def sample_of(self, state: FrameState) -> UInt8Array:
        """Draw a frame that is not shown, and wait for its sample.

        Returns
        -------
        (h, w, 4) uint8, sRGB, until the next call
        """
        if self._samples_of_tries is None:
            self._samples_of_tries = FrameSamples(self._context, self.size)
        frame = self.draw(state)
        (pixels,) = (*self._samples_of_tries.take(frame, is_new=True), *self._samples_of_tries.rest())
        assert pixels is not None
        return pixels

    def _end_samples(self) -> None:
        for samples in (self._samples, self._samples_of_tries):
            if samples is not None:
                samples.close()
        self._samples = self._samples_of_tries = None

    def close(self) -> None:
        """Free the buffers of the readback; the context frees the rest."""
        self._end_samples()
        if self._ring is not None:
            self._ring.close()
            self._ring = None


def with_look(film: Film, window: tuple[float, float], **look: Any) -> Film:
    """A film of the same inputs with another grey window and other options of the picture.

    Parameters
    ----------
    window : scaled values drawn black and white
    look : fields of the scene

    Raises
    ------
    OptionError : an option cannot be used
    """
    return replace(film, scene=changed(film.scene, **look), window=window)
