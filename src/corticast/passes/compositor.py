"""Orders the passes of a frame, and draws only those again that changed.

Passes that rest are drawn once into a still layer. A frame is the still layer, and on it the passes that move; texts
stand above each of the two.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import groupby

import numpy as np

from corticast.core.color.color import straight_alpha
from corticast.core.flash_reach import Reach
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import Rect
from corticast.core.model.types import FrameState, UInt8Array
from corticast.core.page.parts import Layer, PageText
from corticast.core.text.face import BUILT_IN, Face, in_face
from corticast.gl.context import OffscreenContext
from corticast.gl.target import Target
from corticast.passes.captions import CaptionPass
from corticast.passes.panel import DiscPass, LumaPass, PanelPass, ShapePass
from corticast.passes.planes import PlanePass
from corticast.passes.quads import covered_tiles, covering, holds, joined_rects, merged, overlap

_NOTHING = (0.0, 0.0, 0.0, 0.0)

# A pass draws straight into the planes while others stand over at most this share of it: those parts are drawn twice.
_LARGEST_OVER = 0.2


class Compositor:
    """Draws the frames of one scene.

    Parameters
    ----------
    context : current, and kept current while frames are drawn
    layout : panels and label places
    background : premultiplied sRGB with opacity
    passes : in the order they are drawn
    captions : texts
    planes : where frames are converted to; a pass may then draw there without passing through the frame
    frame_size : width, height in pixels of what `draw` draws into, None for the layout's; each pixel of a smaller frame
        is a single one of the layout; moving texts are left out, and moving slices cannot be drawn
    n_heads : turns of heads that are kept in smaller frames, for the contacts that are drawn over them again
    face : of all texts

    Attributes
    ----------
    layout : panels and label places
    passes : in the order they are drawn
    frame : what `draw` draws into
    changed : rectangles that differ from the frame before, None where all may
    is_neutral : whether no frame has a pixel with a hue, so that chroma never changes
    """

    def __init__(
        self,
        context: OffscreenContext,
        layout: Layout,
        background: tuple[float, float, float, float],
        passes: Sequence[PanelPass],
        captions: CaptionPass,
        planes: PlanePass | None = None,
        frame_size: tuple[int, int] | None = None,
        n_heads: int = 0,
        *,
        face: Face = BUILT_IN,
    ) -> None:
        self._context, self._face = context, face
        self._background = background
        self.passes = tuple(passes)
        self._captions = captions
        self._planes = planes
        self.layout = layout
        self.frame, self._still = Target(context, frame_size or layout.size), Target(context, layout.size)
        # Single pixels of the still layer, for a smaller frame.
        self._small_still = Target(context, frame_size) if frame_size not in (None, layout.size) else None
        # Heads of a smaller frame on their still layer, by turn: contacts are drawn over them several times.
        self._heads: dict[Hashable, Target] = {}
        self._n_heads = n_heads
        self._shown: list[Hashable] = []
        self._captions_shown: Hashable = None
        self._apart: list[PanelPass] = []
        self.changed: list[Rect] | None = None
        has_hue = len(set(background[:3])) > 1 or not captions.is_neutral
        self.is_neutral = all(each.is_neutral for each in passes) and not has_hue
        self._resting = _resting(self.passes)
        moving = [each for each in passes if each not in self._resting]
        self._direct = [each for each in moving if isinstance(each, LumaPass) and self._can_draw_luma(each)]
        self._moving = [each for each in moving if each not in self._direct]
        # Tiles of the texts over them in the last frame, and the rectangles that cover these tiles.
        self._text_tiles: list[Rect] = []
        self._text_rects: list[Rect] = []
        self._direct_rects = [rect for each in self._direct for rect in each.luma_rects]
        # What covers paints over all of its rectangles; what blends is restored from the still layer.
        covered = merged([rect for each in self._moving if not each.blends for rect in each.rects])
        blending = [rect for each in self._moving if each.blends for rect in each.rects]
        blended = covering([rect for rect in blending if not any(holds(other, rect) for other in covered)], layout.size)
        self._blended = joined_rects([rect for rect in blended if not any(holds(other, rect) for other in covered)])
        self._moving_rects = self._blended + covered
        captions.raise_over(self._moving_rects + self._direct_rects)

    def draw(self, state: FrameState) -> Target:
        """Draw a frame; the target holds it until the next one is drawn."""
        with in_face(self._face):
            return self._draw_frame(state)

    def _draw_frame(self, state: FrameState) -> Target:
        for each in self.passes:
            each.prepare(state)
        redrawn = self._refresh_still(state)
        if self._small_still is not None:
            return self._draw_small(self._small_still, state, is_new=redrawn != [])
        before = self._captions.rects
        self._captions.lay_out_moving(state)
        beside = self._beside_texts(before + self._captions.rects)
        # What the last frame drew over the still layer is taken away.
        whole = [(0, 0, *self.layout.size)]
        self.frame.copy(self._still, whole if redrawn is None else self._blended + redrawn + beside)
        self._draw_over_still(state, [*beside, *self._blended])
        self.changed = None if redrawn is None else self._moving_rects + beside + redrawn
        self._context.flush()
        return self.frame

    def draw_whole(self, state: FrameState) -> Target:
        """Draw all of the frame of a state that was drawn last; `draw` leaves out what goes straight into planes."""
        if self._direct:
            whole = [(0, 0, *self.layout.size)]
            self.frame.copy(self._still, whole)
            with in_face(self._face):
                self._draw_over_still(state, whole)
            self._context.flush()
        return self.frame

    def _draw_over_still(self, state: FrameState, rects: Sequence[Rect]) -> None:
        """Draw all that moves; what goes straight into the planes, only within some rectangles."""
        for each in self._direct:
            with self.frame.bound():
                each.draw_within(rects)
        self._draw(self.frame, self._moving, state)
        with self.frame.bound(blend=True):
            self._captions.draw_moving(state)

    def _beside_texts(self, texts: list[Rect]) -> list[Rect]:
        """Rectangles of the frame around texts; over what goes straight into the planes, all pixels of their texels."""
        if not any(overlap(own, rect) for own in self._direct_rects for rect in texts):
            return texts
        # Most frames move their texts by less than a tile.
        tiles = covered_tiles(texts)
        if tiles != self._text_tiles:
            self._text_tiles, self._text_rects = tiles, covering(texts, self.layout.size)
        return self._text_rects

    def texts(self, state: FrameState) -> Iterator[PageText]:
        """All texts of the frame drawn last."""
        with in_face(self._face):
            shapes = [part for each in self.passes if isinstance(each, ShapePass) for part in each.parts(state)]
            texts = self._captions.parts(state)
        yield from (part for part in shapes if isinstance(part, PageText))
        yield from texts

    def page_layers(self, state: FrameState) -> Iterator[Layer]:
        """A frame as a page holds it, from the lowest layer: pixels, and shapes where a pass can give them.

        The lowest layer holds the background. Every other layer of pixels is transparent where nothing is drawn.
        """
        with in_face(self._face):
            layers = tuple(self._page_layers(state))
        yield from layers

    def _page_layers(self, state: FrameState) -> Iterator[Layer]:
        for each in self.passes:
            each.prepare(state)
        background = self._background
        for gives_shapes, some in groupby([*self._resting, *self._moving], lambda each: isinstance(each, ShapePass)):
            if not gives_shapes or background is self._background:
                yield self._pixels([] if gives_shapes else list(some), state, background)
                background = _NOTHING
            if gives_shapes:
                yield tuple(part for each in some if isinstance(each, ShapePass) for part in each.parts(state))
        yield self._captions.parts(state)

    def _pixels(
        self, passes: Sequence[PanelPass], state: FrameState, background: tuple[float, float, float, float]
    ) -> UInt8Array:
        """Pixels of some passes, straight; opaque ones have no alpha."""
        with self.frame.bound():
            self.frame.clear(background)
        self._draw(self.frame, passes, state)
        pixels = self.frame.read()
        return np.ascontiguousarray(pixels[:, :, :3]) if background[3] == 1.0 else straight_alpha(pixels)

    def _draw_small(self, still: Target, state: FrameState, *, is_new: bool) -> Target:
        """Draw a smaller frame over single pixels of the still layer, which are taken anew if the layer is new."""
        if is_new:
            still.sample(self._still)
        behind = self._behind(still, state)
        if behind is not self.frame:
            self.frame.copy(behind, [(0, 0, *still.size)])
        self._draw(self.frame, [each for each in self._moving if each.blends], state)
        self.changed = None
        self._context.flush()
        return self.frame

    def _behind(self, still: Target, state: FrameState) -> Target:
        """What contacts are drawn over in a smaller frame: the still layer, with the heads that turn."""
        heads = [each for each in self._moving if not each.blends]
        if not heads:
            return still
        shows = (*self._shown, self._captions_shown, *(each.shown(state) for each in heads))
        if shows in self._heads:
            return self._heads[shows]
        keeps = len(self._heads) < self._n_heads
        behind = Target(self._context, still.size) if keeps else self.frame
        behind.copy(still, [(0, 0, *still.size)])
        self._draw(behind, heads, state)
        if keeps:
            self._heads[shows] = behind
        return behind

    def _refresh_still(self, state: FrameState) -> list[Rect] | None:
        """Draw again what rests and now shows something else; its rectangles, None for the whole still layer."""
        before, self._shown = self._shown, [each.shown(state) for each in self._resting]
        captions_before, self._captions_shown = self._captions_shown, self._captions.shown(state)
        if before == self._shown and captions_before == self._captions_shown:
            return []
        stale = [each for each, was, now in zip(self._resting, before, self._shown, strict=False) if was != now]
        if captions_before == self._captions_shown and all(each in self._apart for each in stale):
            self._draw(self._still, stale, state)
            return [rect for each in stale for rect in each.rects]
        with self._still.bound():
            self._still.clear(self._background)
        self._draw(self._still, self._resting, state)
        with self._still.bound(blend=True):
            self._captions.draw_resting(state)
        self._apart = [each for each in self._resting if not each.blends and self._is_apart(each, state)]
        return None

    @property
    def is_in_frame(self) -> bool:
        """Whether the frame holds all of the picture; else some passes draw only into the planes."""
        return not self._direct

    def reach(self, first: FrameState, last: FrameState) -> Reach | None:
        """Where the frames of a film can differ; None where something else than contacts and a clock moves.

        Parameters
        ----------
        first, last : states of its first and of its last frame
        """
        with in_face(self._face):
            rects = self._captions.reach((first, last))
        rests = all(each.shown(first) == each.shown(last) for each in self._resting)
        moving = [each for each in self.passes if each not in self._resting]
        discs = [each.discs(first) for each in moving if isinstance(each, DiscPass)]
        if rects is None or not rests or len(discs) < len(moving):
            return None
        return Reach(self.layout.size, tuple(discs), tuple(rects))

    def convert(self) -> Target:
        """Convert the frame drawn last to planes; the packed target holds them until the next conversion."""
        assert self._planes is not None, "a compositor without planes converts nothing"
        if not self._direct or self.changed is None:
            self._planes.draw(self.frame, self.changed, chroma_rests=self.is_neutral)
        for each in self._direct:
            each.draw_luma(self._planes.target)
        if self._direct:
            # Afterwards: texts stand over direct passes, and in the background that those leave beside their panels.
            texts = self._beside_texts(self._captions.rects)
            above = self._moving_rects + texts if self.changed is None else self.changed
            self._planes.draw(self.frame, above, chroma_rests=True)
        self._context.flush()
        return self._planes.target

    def _can_draw_luma(self, luma: LumaPass) -> bool:
        """Whether a pass can draw straight into the planes: only a little that moves, and texts, stand over it."""
        if self._planes is None or self._planes.size != self.layout.size or not self.is_neutral:
            return False
        above = self.passes[self.passes.index(luma) + 1 :]
        over = [each for each in above if each.blends and each not in self._resting]
        below = [rect for each in self.passes if each is not luma and each not in over for rect in each.rects]
        if not _are_apart(luma.luma_rects, below):
            return False
        n_over = sum(width * height for each in over for _, _, width, height in each.rects)
        return n_over <= _LARGEST_OVER * sum(width * height for _, _, width, height in luma.luma_rects)

    def _is_apart(self, one: PanelPass, state: FrameState) -> bool:
        """Whether rectangles of a pass overlap neither one another, nor another pass, nor a text that rests."""
        others = [rect for each in self._resting if each is not one for rect in each.rects]
        return _are_apart(one.rects, others + self._captions.resting_rects(state))

    def _draw(self, target: Target, passes: Sequence[PanelPass], state: FrameState) -> None:
        for each in passes:
            with target.bound(blend=each.blends):
                each.draw(state)


def _resting(passes: Sequence[PanelPass]) -> list[PanelPass]:
    """Passes of the still layer: those that rest, and stand over no pass that would paint over them in every frame."""
    resting: list[PanelPass] = []
    moving: list[Rect] = []
    for each in passes:
        if each.moves or any(overlap(own, rect) for own in each.rects for rect in moving):
            moving += each.rects
        else:
            resting.append(each)
    return resting


def _are_apart(rects: Sequence[Rect], others: Sequence[Rect]) -> bool:
    """Whether rectangles overlap neither one another nor others."""
    return len(merged(rects)) == len(rects) and not any(overlap(rect, other) for rect in rects for other in others)
