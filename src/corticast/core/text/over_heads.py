"""How much of heads the captions of panels cover."""

from __future__ import annotations

from corticast.core.geometry.boxes import box_around
from corticast.core.geometry.fit import Fit
from corticast.core.geometry.layout import CornerSlot, Layout
from corticast.core.geometry.panel_covers import panel_cover
from corticast.core.geometry.panels import Motion
from corticast.core.geometry.resting import planes_at_rest
from corticast.core.model.scene import Scene
from corticast.core.model.types import FrameState, PlacedElectrodes
from corticast.core.text.panel_texts import caption_style, text_box, worded

# A caption may touch the head with this share of its box.
_TOUCHED = 0.1


def over_heads(layout: Layout, scene: Scene, placed: PlacedElectrodes | None, fit: Fit, *, is_fed: bool) -> float:
    """Sum of the shares of captions in corners that cover the head in some frame.

    Parameters
    ----------
    layout : whose texts have their places, see `with_clear_texts`
    placed : where the electrodes are in the world, None without any
    fit : what the panels have room for
    is_fed : whether somebody may drag the planes, as in a show
    """
    at_rest = fit.planes_mm or planes_at_rest(scene, placed, planes_move=is_fed)
    motion = Motion("sweep" if at_rest is None else "rest", scene.spin != 0)
    planes_mm = at_rest or (0.0, 0.0, 0.0)
    state, given = FrameState(planes_mm), (scene.volume, scene.shown_labels)
    style, found = caption_style(scene, layout), 0.0
    for panel, slot in zip(layout.panels, layout.captions, strict=True):
        moves = panel.caption_moves(motion)
        facts = worded(panel.widest_caption(*given) if moves else panel.caption(state, *given), scene)
        if isinstance(slot, CornerSlot) and facts:
            box = box_around([text_box(*line) for line in style.texts(facts, slot)])
            share = panel_cover(panel, layout, scene, None, fit, planes_mm, motion).head_share(box)
            found += share if share > _TOUCHED else 0.0
    return found
