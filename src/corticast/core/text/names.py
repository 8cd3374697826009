"""Names beside contacts: which are shown on a panel, their texts, and their places in each frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from corticast.core.geometry.contact_sizes import ContactSizes
from corticast.core.geometry.contact_strengths import ghost_scale
from corticast.core.geometry.cut_gaps import DrawnContacts, PanelGaps
from corticast.core.geometry.full_strength import STEP_DEG, FullStrength
from corticast.core.geometry.in_the_way import texts_px
from corticast.core.geometry.layout import Layout, TextSlot
from corticast.core.geometry.panel_rooms import room_around
from corticast.core.geometry.panels import Motion, Panel, Rect, SlicePanel, ViewPanel
from corticast.core.model.scene import Scene
from corticast.core.model.types import BoolArray, Float64Array, FrameState, IntpArray, PlacedElectrodes
from corticast.core.text.captions import Text
from corticast.core.text.face import face_of, in_face
from corticast.core.text.group_ends import away_from_middle
from corticast.core.text.metrics import ink_px, text_width_px
from corticast.core.text.name_places import NamePlaces, place_names
from corticast.core.text.name_room import Crowd
from corticast.core.text.named_contacts import NamedContacts
from corticast.core.text.taken import foot_px

# Font size in pixels of a frame whose shorter side is 1080, and the least one that can be read.
NAME_PX, LEAST_NAME_PX = 17.5, 10.0
# Room for the rim of a name, in pixels.
_RIM_PX = 2.0
# Lengths of leaders that are tried, in sizes of the text.
_REACHES = (0.9, 1.8, 3.0, 4.5, 6.5)
_FEW_REACHES = (1.2, 3.0)
# Room around a panel that its names may take, in sizes of the text.
_AROUND = 7.0
# Contacts of a group at which its name is tried.
_MOST_TRIES = 8
# Names keep their places in each part of a turn, which is so many degrees long.
_PART_DEG = 15.0


@dataclass(frozen=True, eq=False)
class ShownNames:
    """Names of a panel in one frame.

    Parameters
    ----------
    texts : with their places
    lines : (k, 2, 2) float64, ends of the leaders in pixels of the frame, edges at integers
    rows : contacts that are named
    """

    texts: tuple[Text, ...] = ()
    lines: Float64Array = field(default_factory=lambda: np.zeros((0, 2, 2)))
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class PanelNames:
    """The names on one panel.

    Parameters
    ----------
    scene : volume, and which contacts are named
    placed : where the contacts are
    layout : of the frame
    panel : that the names stand on
    sizes : diameters of the contacts
    ghosts : whether contacts away from the plane, or under the surface, are drawn
    moves : whether the panel's plane or its camera moves
    texts_px : (m, 4) float64, boxes of texts, the bar and cubes of the frame
    """

    scene: Scene
    placed: PlacedElectrodes
    layout: Layout
    panel: Panel
    sizes: ContactSizes
    ghosts: bool
    moves: bool
    texts_px: Float64Array

    def at(self, state: FrameState) -> ShownNames:
        """The names of a frame."""
        panel = self.panel.at(state)
        places = self._places(self._key(state))
        # A group that rests may be named at another contact than its outermost one.
        wanted = self.full(state) if self._tries_others else self.wanted(state)
        rows = np.flatnonzero(wanted & places.placed)
        centres = panel.pixel_of(self.placed.pos[rows]) + 0.5
        if isinstance(panel, ViewPanel) and self.moves:
            kept = self._apart(centres + places.offsets[rows], rows, state)
            rows, centres = rows[kept], centres[kept]
        texts = tuple(
            self._text(int(row), centre + offset)
            for row, centre, offset in zip(rows, centres, places.offsets[rows], strict=True)
        )
        lines = (centres[:, None] + places.leaders[rows])[np.isfinite(places.leaders[rows, 0, 0])]
        return ShownNames(texts, lines, tuple(rows.tolist()))

    def wanted(self, state: FrameState) -> BoolArray:
        """(n,) bool, contacts whose name is asked for, and that a frame shows at full strength."""
        wanted = self._named.asked & self.full(state)
        if not self._named.are_groups:
            return wanted
        return self._named.outermost(wanted, self.panel.at(state))

    def full(self, state: FrameState) -> BoolArray:
        """(n,) bool, contacts that a frame shows at full strength."""
        return self._strength.at(state)

    def _key(self, state: FrameState) -> tuple[float, ...]:
        """What places depend on: the plane at rest, or the part of the turn."""
        if isinstance(self.panel, ViewPanel):
            return (float(np.floor(state.turn_deg % 360 / _PART_DEG)),) if self.moves else (state.turn_deg,)
        return () if self.moves or not isinstance(self.panel, SlicePanel) else tuple(state.planes_mm)

    def _places(self, key: tuple[float, ...]) -> NamePlaces:
        if key not in self._known:
            crowd, reaches = self._crowd(key)
            if self._tries_others:
                self._known[key] = self._tried(crowd, self._state_of(key), reaches)
            else:
                self._known[key] = place_names(crowd, reaches)
        return self._known[key]

    @property
    def _tries_others(self) -> bool:
        """Whether a group without a place at its outermost contact is named at another one."""
        return self._named.are_groups and not self.moves

    def _tried(self, crowd: Crowd, state: FrameState, reaches: tuple[float, ...]) -> NamePlaces:
        """Places of names of groups, without leaders at first, from the outermost contact of each group inwards."""
        left = self._named.asked & self.full(state)
        most = int(np.bincount(self._named.groups[left]).max(initial=0))
        found, n_found = NamePlaces.none(len(left)), 0
        for lengths in ((), reaches):
            wanted = found.placed | self._named.outermost(left, self.panel.at(state), without=found.placed)
            tried = wanted.copy()
            for _ in range(min(most, _MOST_TRIES)):
                places = place_names(replace(crowd, wanted=wanted), lengths)
                if places.placed.sum() > n_found:
                    found, n_found = places, int(places.placed.sum())
                wanted = found.placed | self._named.outermost(left & ~tried, self.panel.at(state), without=found.placed)
                if not (wanted & ~found.placed).any():
                    break
                tried |= wanted
        return found

    def _crowd(self, key: tuple[float, ...]) -> tuple[Crowd, tuple[float, ...]]:
        """The contacts of a panel at all moments that share the places, and lengths of leaders."""
        panel = self.panel
        if isinstance(panel, ViewPanel):
            turns = np.arange(0, _PART_DEG + 1e-9, STEP_DEG) + _PART_DEG * key[0] if self.moves else np.array(key)
            states = [FrameState(turn_deg=float(turn)) for turn in turns]
            wanted = np.logical_and.reduce([self.wanted(state) for state in states])
            seen = np.logical_or.reduce([self.full(state) for state in states])
            reaches = _FEW_REACHES if self.moves else _REACHES
            far = np.logical_and.reduce([self._strength.far(state.turn_deg) for state in states])
            largest, rests = self._ghostly(seen)
            # Nobody takes the name of a contact for that of a dimmed one behind.
            rests = np.where(far & ~far[:, None], -np.inf, rests)
            panels = [panel.at(state) for state in states]
            return self._crowd_of(panels, wanted, (largest, rests), None, self._drawn_in(states)), reaches
        if self.moves and isinstance(panel, SlicePanel) and self.layout.depths.usual is not None:
            along = self.placed.pos[:, panel.fixed_axis]
            together = np.abs(along[:, None] - along) <= self.layout.depths.thickest_mm(panel.fixed_axis)
            radii = self._ghostly(together)
            if self._named.are_groups:
                # A frame names one contact of each group.
                together = together & (self._named.groups[:, None] != self._named.groups)
            return self._crowd_of([panel], self._named.asked, radii, together), _REACHES
        state = self._state_of(key)
        radii = self._ghostly(self.full(state))
        return self._crowd_of([panel], self.wanted(state), radii, None, self._drawn_in([state])), _REACHES

    def _drawn_in(self, states: Sequence[FrameState]) -> BoolArray:
        """(n_states, n) bool, contacts that frames draw, be it as ghosts."""
        return np.stack([self._drawn.shares(state) > 0 for state in states])

    def _state_of(self, key: tuple[float, ...]) -> FrameState:
        """A frame of a panel that rests, by its key."""
        if isinstance(self.panel, ViewPanel):
            return FrameState(turn_deg=key[0])
        return FrameState((key[0], key[1], key[2]) if len(key) == 3 else (0.0, 0.0, 0.0))

    def _ghostly(self, full: BoolArray) -> tuple[Float64Array, Float64Array]:
        """Radii of discs at full activity and at rest: whole where drawn at full strength, else those of ghosts."""
        rests, radii = np.sort(self.sizes.on(self.panel, self.layout), axis=1).T / 2
        shares = np.where(full, 1.0, ghost_scale(2 * radii) * self.ghosts)
        if self._named.are_groups:
            return radii * shares, np.where(full, rests, -np.inf)
        return radii * shares, rests * shares

    def _crowd_of(
        self,
        panels: Sequence[Panel],
        wanted: BoolArray,
        radii: tuple[Float64Array, Float64Array],
        together: BoolArray | None,
        drawn: BoolArray | None = None,
    ) -> Crowd:
        centres = np.stack([panel.pixel_of(self.placed.pos) for panel in panels]) + 0.5
        if drawn is not None:
            centres[~drawn] = np.nan
        boxes = np.array([self._box(text) for text in self._named.words])
        ahead = self._ahead(panels, centres) if self._named.are_groups else None
        blocks, room, groups, (full, rests) = self.texts_px, self.room, self._named.groups, radii
        return Crowd(centres, full, together, wanted, boxes, blocks, room, self.size_px, groups, ahead, rests, _RIM_PX)

    def _ahead(self, panels: Sequence[Panel], centres: Float64Array) -> Float64Array:
        """(n, 2) float64, directions of names of groups: along a shaft, else away from the middle of the group."""
        along = [
            panel.pixel_of(self.placed.pos + self._named.outward) - panel.pixel_of(self.placed.pos) for panel in panels
        ]
        ahead = np.mean(along, axis=0)
        return np.where(np.isnan(ahead), away_from_middle(centres, self._named.groups), ahead)

    @cached_property
    def room(self) -> Rect:
        """Rectangle of the frame in which the names stand; the rooms of two panels share no pixel."""
        return room_around(self.panel, self.layout, round(_AROUND * self.size_px))

    @property
    def size_px(self) -> float:
        """Font size of the names."""
        return max(NAME_PX * self.layout.unit, LEAST_NAME_PX)

    def _box(self, text: str) -> tuple[float, float]:
        up, down = self._ink
        return text_width_px(text, self.size_px, strong=True) + 2 * _RIM_PX, up + down + 2 * _RIM_PX

    def _text(self, row: int, middle: Float64Array) -> Text:
        x, y = middle.tolist()
        up, down = self._ink
        return Text(self._named.words[row], TextSlot(x, y + (up - down) / 2, "m", self.size_px), strong=True)

    @cached_property
    def _ink(self) -> tuple[float, float]:
        """Pixels of ink above and below the middle of capitals: names without descenders need less room."""
        return ink_px(self._named.words, self.size_px, True)

    def _apart(self, middles: Float64Array, rows: IntpArray, state: FrameState) -> list[int]:
        """Names that lie apart in one frame of a turn, between the moments at which places were tried."""
        discs = self.panel.at(state).pixel_of(self.placed.pos) + 0.5
        # A ghost takes less room than a contact, and a contact that the frame does not draw takes none.
        radii = self._drawn.radii_px * self._drawn.shares(state)
        halves = np.array([self._box(self._named.words[row]) for row in rows]).reshape(-1, 2) / 2
        kept: list[int] = []
        for number, (middle, half) in enumerate(zip(middles, halves, strict=True)):
            beside = np.maximum(np.abs(discs - middle) - half, 0)
            covers = (beside**2).sum(axis=1) < radii**2
            others = np.array(kept, dtype=np.intp)
            meets = (np.abs(middles[others] - middle) < halves[others] + half).all(axis=1)
            if not covers.any() and not meets.any():
                kept.append(number)
        return kept

    @cached_property
    def _known(self) -> dict[tuple[float, ...], NamePlaces]:
        """Places found before."""
        return {}

    @cached_property
    def _named(self) -> NamedContacts:
        """Which contacts have names."""
        return NamedContacts(self.scene, self.placed)

    @cached_property
    def _drawn(self) -> PanelGaps:
        """How large frames draw the contacts."""
        return DrawnContacts(self.scene, self.placed, self.sizes, self.ghosts).on(self.panel, self.layout)

    @property
    def _strength(self) -> FullStrength:
        """Which contacts are shown at full strength."""
        return self._drawn.strength


def panel_names(
    scene: Scene,
    placed: PlacedElectrodes,
    layout: Layout,
    sizes: ContactSizes,
    motion: Motion,
    *,
    ghosts: bool,
) -> tuple[PanelNames, ...]:
    """The names on each panel of a frame; none where the scene names no contacts.

    Parameters
    ----------
    motion : what changes from frame to frame
    ghosts : whether contacts away from the plane, or under the surface, are drawn
    """
    if scene.names is None:
        return ()
    with in_face(face_of(scene)):
        texts = np.concatenate([texts_px(layout, scene), foot_px(layout)])
    return tuple(
        PanelNames(scene, placed, layout, panel, sizes, ghosts, _moves(panel, motion), texts) for panel in layout.panels
    )


def _moves(panel: Panel, motion: Motion) -> bool:
    """Whether the plane or the camera of a panel moves; a plane that may be dragged counts as one that sweeps."""
    return panel.moves(motion) or panel.caption_moves(motion)
