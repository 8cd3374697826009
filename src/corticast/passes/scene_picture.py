"""A scene, laid out and ready to draw."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from corticast.core.color.themes import theme_of
from corticast.core.geometry.contact_sizes import ContactSizes
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import Motion
from corticast.core.geometry.seen_as import contact_theme
from corticast.core.geometry.sprites import SpriteLook
from corticast.core.model.column_look import ColumnLook, size_title
from corticast.core.model.scene import Scene
from corticast.core.model.types import PlacedElectrodes
from corticast.core.page.parts import RIM, RIM_ON_ANY_PAGE, Rim
from corticast.core.text.captions import ActivityScale, Captions, SizeScale
from corticast.core.text.foot import Fact


@dataclass(frozen=True, eq=False)
class ScenePicture:
    """A scene, laid out and ready to draw.

    Parameters
    ----------
    scene : volume, picture, contacts and their look
    layout : panels and label places
    placed : where the contacts are, None without any
    sprites : how contacts look, what the scene chooses included
    sizes : diameters of the contacts, None without any
    scale : meaning of the ends of the activity's colour bar
    caption : facts of the line at the frame's foot
    groups_title : above the legend; "" without one
    look : colours and sizes by columns; None where no column is shown
    motion : what changes from frame to frame; what rests belongs to the still layer
    window : scaled values drawn black and white at first
    groups : of contacts without activity, a colour for each; empty where contacts have activity
    """

    scene: Scene
    layout: Layout
    placed: PlacedElectrodes | None
    sprites: SpriteLook
    sizes: ContactSizes | None
    scale: ActivityScale
    motion: Motion
    window: tuple[float, float]
    groups: tuple[str, ...] = ()
    caption: tuple[Fact, ...] = ()
    groups_title: str = ""
    look: ColumnLook | None = None

    @cached_property
    def captions(self) -> Captions:
        """Texts of the frames."""
        scale = self.scale if self.placed is not None else None
        texts = (self.groups, self.caption, self.groups_title, self._size_scale)
        return Captions(self.scene, self.layout, self.motion, scale, *texts)

    @property
    def _size_scale(self) -> SizeScale | None:
        """Meaning of diameters; None where they are one."""
        if self.look is None or self.look.sizes is None or self.sizes is None:
            return None
        low, high = self.sizes.range_on(self.layout.panels[0], self.layout)[0]
        return SizeScale(size_title(self.look.sizes), self.look.sizes.largest, (float(low), float(high)))

    @property
    def themed_sprites(self) -> SpriteLook:
        """How contacts look on the ground of the scene's theme."""
        columns = None if self.look is None else self.look.colours
        values = columns is not None and not columns.words
        theme = contact_theme(self.scene, self.placed)
        return self.sprites.themed(theme, values=values, signed=columns is not None and columns.signed)

    @property
    def rim(self) -> Rim:
        """Strokes around texts on the ground of the scene's theme: dark texts of a light page may lie on dark bone."""
        theme = theme_of(self.scene)
        return RIM_ON_ANY_PAGE if theme.is_transparent or theme.is_light else RIM
