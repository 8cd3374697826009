"""No text of a panel covers a contact at its full size: where a frame shows it, and in any frame of a film."""

import itertools
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from scipy.spatial import cKDTree
from tests.grids import each_pair
from tests.unit.core.text.test_all_texts import box, touch

from corticast.core.geometry.in_the_way import corner_texts_px
from corticast.core.geometry.panel_covers import HeadGrid
from corticast.core.geometry.panels import CutPanel, Motion, SlicePanel
from corticast.core.geometry.resting import resting_planes
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.layouts import LAYOUTS
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, FrameState, PlacedElectrodes, Volume
from corticast.core.text.captions import ActivityScale, Captions
from corticast.core.text.foot import facts_of_text
from corticast.core.text.panel_words import Wording
from corticast.dsp.drive import ArrayDrive

SIZES = ((1920, 1080), (1080, 1920), (1080, 1080), (1280, 720), (800, 600), (3840, 2160))
TINY_SIZES = ((320, 180), (240, 135), (160, 90))
HALF_MM = np.array([66.0, 84, 62])
DEPTH_MM = 10.0


@lru_cache
def head():
    shape, affine = (74, 92, 70), np.diag([2.0, 2, 2, 1])
    affine[:3, 3] = -(np.array(shape) - 1)
    pos = np.moveaxis(np.indices(shape), 0, -1) * 2.0 + affine[:3, 3]
    return Volume(np.where(((pos / HALF_MM) ** 2).sum(axis=-1) < 1, 100, 0).astype(np.uint8), affine)


def on_surface(y, z, side):
    x = np.sqrt(np.maximum(1 - (y / HALF_MM[1]) ** 2 - (z / HALF_MM[2]) ** 2, 0)) * HALF_MM[0]
    return np.stack([side * x, y, z], axis=-1)


@lru_cache
def contacts(kind):
    """A grid of 64 at the left, ten shafts from both sides, or a strip about the whole head."""
    y, z = (each.ravel() for each in np.meshgrid(np.arange(-40.0, 40, 10), np.arange(-30.0, 50, 10)))
    if kind == "grid":
        pos = on_surface(y, z, -1.0)
    elif kind == "shafts":
        starts = [
            on_surface(np.array(y), np.array(z), side)
            for side in (-1.0, 1.0)
            for y in (-50, -25, 0, 25, 45)
            for z in (-8,)
        ]
        pos = np.concatenate([start - np.arange(9)[:, None] * [np.sign(start[0]) * 5.0, 0, 0.4] for start in starts])
    else:
        turns = np.linspace(0, 2 * np.pi, 60, endpoint=False)
        pos = np.stack([np.zeros(60), HALF_MM[1] * np.sin(turns), HALF_MM[2] * np.cos(turns)], axis=1)
    names = tuple(f"{'L' if x < 0 else 'R'}{number}" for number, x in enumerate(pos[:, 0]))
    return Electrodes(names, pos, space="world")


def scene_of(layout, kind, theme, **options):
    table = contacts(kind)
    drive = ArrayDrive(np.ones((len(table.pos), 2), np.float32), 1.0, table.names)
    shown = {"volume": head(), "electrodes": table, "drive": drive, "layout": layout, "theme": theme}
    if layout.split("@")[0] not in ("ortho", "sagittal", "coronal", "axial", "mosaic"):
        # Glass hides no contact.
        options["render"] = "glass"
    return Scene(**shown, title="A title", caption="lights follow the sound", **options)


def near_plane(scene, layout, panel, state):
    """Contacts of a resting plane: on the nearest slice of a mosaic, else within 10 mm, also of where it moved from."""
    pos, plane_mm = scene.electrodes.pos, panel.plane_at(state.planes_mm)
    if isinstance(panel, SlicePanel) and scene.layout.startswith("mosaic") and not panel.is_scout:
        others = [each.plane_mm for each in layout.slices if each.fixed_axis == panel.fixed_axis]
        return np.abs(np.subtract.outer(others, pos[:, panel.fixed_axis])).argmin(axis=0) == others.index(plane_mm)
    ends = [plane_mm]
    if isinstance(panel, SlicePanel) and panel.plane_mm is None:
        ends.append(resting_planes(scene, PlacedElectrodes(scene.electrodes, pos)).through_mm[panel.fixed_axis])
    along = panel.distance_mm(pos, 0.0)
    return (along >= min(ends) - DEPTH_MM) & (along <= max(ends) + DEPTH_MM)


def discs_of(scene, layout, panel, state, *, moves):
    """Centres and radii of the contacts at full strength: half of 0.95 of the spacing, and 4 pixels at least."""
    pos = scene.electrodes.pos
    spacing = np.median(cKDTree(pos).query(pos, 2)[0][:, 1])
    shown = np.ones(len(pos), bool)
    if isinstance(panel, CutPanel) and not moves:
        shown = near_plane(scene, layout, panel, state)
    full_mm = min(0.95 * spacing, max(head().shape) * 2 / 20)
    return panel.at(state).pixel_of(pos[shown]) + 0.5, max(full_mm * panel.pixels_per_mm, 8 * layout.unit) / 2


def covered(scene, size, states, motion):
    """Texts of a frame, and those that cover a contact, as panel and words."""
    placed = PlacedElectrodes(scene.electrodes, scene.electrodes.pos)
    layout = layout_of(scene, placed, size)
    captions = Captions(scene, layout, motion, ActivityScale(), caption=facts_of_text("lights follow the sound"))
    texts = {}
    for state in states:
        for text in (*captions.resting(state), *captions.moving(state)):
            texts.setdefault((text.text, text.slot), []).append(state)
    found = set()
    for panel in layout.panels:
        moves = isinstance(panel, CutPanel) and panel.moves(motion)
        discs = {id(state): discs_of(scene, layout, panel, state, moves=moves) for state in states}
        for text, shown in texts.items():
            left, top, right, bottom = box_of(*text, layout)
            for state in shown:
                centres, radius = discs[id(state)]
                beside = np.maximum(np.maximum([left, top] - centres, centres - [right, bottom]), 0)
                if (np.hypot(*beside.T) < radius - 0.5).any():
                    found.add((panel.title, text[0]))
    return layout, len(texts), found


def box_of(words, slot, layout):
    class Named:
        text, strong = words, words in {panel.title for panel in layout.panels}

    Named.slot = slot
    return box(Named)


def reported(layout):
    """Titles of panels with texts that the layout reports over contacts, and the letters among them."""
    return {text.panel.title for text in layout.on_contacts}, [
        text for text in layout.on_contacts if text.kind == "letter"
    ]


@each_pair(
    # Seen to have the caption of the sagittal slice where alone the letter S was clear of contacts.
    kept=(("ortho", (1080, 1920), "grid", "dark"),),
    layout=tuple(LAYOUTS),
    size=SIZES,
    kind=("grid", "shafts", "strip"),
    theme=("dark", "post"),
)
def test_no_text_covers_a_contact_at_rest(layout, size, kind, theme):
    scene = scene_of(layout, kind, theme)
    placed = PlacedElectrodes(scene.electrodes, scene.electrodes.pos)
    state = FrameState(resting_planes(scene, placed).planes_mm, clock="0:01.0")
    made, n_texts, found = covered(scene, size, [state], Motion())
    titles, letters = reported(made)
    # Captions of panels that are full of contacts have no other place: each is reported.
    assert {title for title, _ in found} <= titles
    assert not letters
    assert not {words for _, words in found} & set("LRASPI")
    assert len(found) <= 0.2 * n_texts
    assert made.without_room == ()


@pytest.mark.parametrize(("theme", "word"), [("post", "Transversal"), ("dark", "Axial")])
def test_warnings_name_panels_as_the_frame_does(theme, word):
    scene = scene_of("axial", "strip", theme)
    made = layout_of(scene, PlacedElectrodes(scene.electrodes, scene.electrodes.pos), (320, 180))
    wording = Wording(scene, FrameState(), Motion())
    assert str(wording.label(made.panels[0], "caption")) == f"the caption of {word}"
    assert str(wording.label(made.panels[0], "name", wording.title(made.panels[0]))) == f"the name {word}"


@pytest.mark.parametrize("kind", ["grid", "shafts"])
@pytest.mark.parametrize(
    ("layout", "options", "motion"),
    [
        ("ortho", {"sweep": "full"}, Motion("sweep")),
        ("axial", {"sweep": "full"}, Motion("sweep")),
        ("3d", {"spin": 30, "labels": "letters,title,mm,colorbar"}, Motion("rest", True)),
        ("grid", {"sweep": "full", "spin": 30}, Motion("sweep", True)),
    ],
)
def test_texts_of_films_keep_places_that_are_clear_in_all_frames(kind, layout, options, motion):
    scene = scene_of(layout, kind, "dark", **options)
    steps = np.linspace(-1, 1, 13)
    states = [FrameState(tuple(step * HALF_MM), clock="0:01.0", turn_deg=180 * step) for step in steps]
    made, n_texts, found = covered(scene, (1280, 720), states, motion)
    titles, letters = reported(made)
    assert {title for title, _ in found} <= titles
    assert not letters
    assert len(found) <= 0.2 * n_texts


@each_pair(
    layout=tuple(LAYOUTS), size=((320, 180), (240, 135), (160, 90)), fit=("head", "volume"), kind=("grid", "shafts")
)
def test_texts_of_tiny_panels_leave_where_they_would_touch(layout, size, fit, kind):
    scene = scene_of(layout, kind, "dark", fit=fit)
    placed = PlacedElectrodes(scene.electrodes, scene.electrodes.pos)
    layout = layout_of(scene, placed, size)
    state = FrameState(resting_planes(scene, placed).planes_mm, clock="0:01.0")
    captions = Captions(scene, layout, Motion(), ActivityScale(), caption=facts_of_text("lights follow the sound"))
    boxes = [(text.text, box(text)) for text in (*captions.resting(state), *captions.moving(state))]
    for (one, its), (other, others) in itertools.combinations(boxes, 2):
        assert not touch(its, others), (one, other)
    # Texts that have left are reported, and letters that tell left from right stay.
    n_letters = sum(len([letter for letter in panel.letters if letter]) for panel in layout.panels)
    shown = sum(slot is not None for slots in layout.letters for slot in slots or ())
    bearing = sum(4 for slots in layout.letters if slots is not None)
    assert bearing - shown == sum(text.kind == "letter" for text in layout.without_room) <= n_letters
    assert all(str(text) in captions.left_out for text in layout.without_room)


@pytest.mark.parametrize("degrees", [0, 25])
def test_the_grid_of_a_head_says_where_it_is(degrees):
    turn = np.deg2rad(degrees)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    angles = np.linspace(0, 2 * np.pi, 600)
    outline = np.stack([90 * np.cos(angles), 60 * np.sin(angles)], axis=1) @ rotation.T + [200, 150]
    grid = HeadGrid.of(outline, 3.0)
    rows, columns = np.indices((300, 400)) + 0.5
    x, y = (np.stack([columns - 200, rows - 150], axis=-1) @ rotation).transpose(2, 0, 1)
    inside = (x / 90) ** 2 + (y / 60) ** 2 < 1
    for left, top, width, height in (
        (150, 120, 40, 20),
        (0, 0, 30, 30),
        (100, 60, 60, 60),
        (260, 150, 50, 80),
        (0, 0, 400, 300),
    ):
        expected = inside[top : top + height, left : left + width].mean()
        assert grid.share((left, top, left + width, top + height)) == pytest.approx(expected, abs=0.08)


def test_captions_prefer_air_and_slices_of_one_axis_have_one_corner():
    scene = scene_of("mosaic@coronal,12", "shafts", "dark")
    made = layout_of(scene, PlacedElectrodes(scene.electrodes, scene.electrodes.pos), (1920, 1080))
    coronal = [(panel, slot) for panel, slot in zip(made.panels, made.captions, strict=True) if panel.name == "coronal"]
    assert len({(slot.anchor, slot.down) for _, slot in coronal}) == 1


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1080), (3840, 2160)])
@pytest.mark.parametrize("layout", ["mosaic@coronal,15", "mosaic@sagittal,12"])
def test_captions_of_a_mosaic_are_small_and_stand_in_one_corner(layout, size):
    scene = replace(scene_of(layout, "shafts", "dark"), title="")
    made = layout_of(scene, PlacedElectrodes(scene.electrodes, scene.electrodes.pos), size)
    slots = [slot for panel, slot in zip(made.panels, made.captions, strict=True) if panel.name == layout_axis(layout)]
    assert len(slots) == int(layout.split(",")[-1].split("@")[-1])
    assert len({(slot.anchor, slot.down) for slot in slots}) == 1
    assert not [text for text in made.on_contacts if text.kind == "caption"]
    sizes_px = {text.slot.size_px for text in texts_at_rest(scene, made) if "slice" in text.text}
    assert len(sizes_px) == 1
    # 2 % of the shorter side, and no less than anybody can read.
    assert max(10, 0.016 * size[1]) <= sizes_px.pop() <= 0.0204 * min(size)


def layout_axis(layout):
    return next((name for name in ("coronal", "sagittal") if name in layout), "axial")


def texts_at_rest(scene, layout):
    captions = Captions(scene, layout, Motion(), ActivityScale())
    return captions.resting(FrameState())


def test_a_caption_that_yields_to_letters_is_reported_once():
    # The axial slice is so small that its caption, which stands over contacts, yields to L or R.
    scene = scene_of("ortho", "shafts", "dark")
    made = layout_of(scene, PlacedElectrodes(scene.electrodes, scene.electrodes.pos), (100, 60))
    gone = [panel for panel, slot in zip(made.panels, made.captions, strict=True) if slot is None]
    assert [panel.name for panel in gone] == ["axial"]
    named = [text.panel for text in (*made.without_room, *made.on_contacts) if text.kind == "caption"]
    assert [named.count(panel) for panel in gone] == [1]


@pytest.mark.parametrize("theme", ["dark", "post"])
def test_rooms_of_captions_in_corners_hold_their_words(theme):
    # The post says the number of the slice first, so that lines of the corners are long in another order.
    affine = np.diag([2.0, 2, 2, 1])
    affine[:3, 3] = -30.0, -100.0, -100.0
    scene = Scene(volume=Volume(np.zeros((30, 100, 100), np.uint8), affine), layout="ortho", theme=theme)
    made = layout_of(scene, None, (1080, 1080), planes_move=True)
    drawn = Captions(scene, made, Motion("drag"), ActivityScale()).moving(FrameState((-22.5, -44.5, -16.5)))
    captions = [box(text) for text in drawn if "mm" in text.text or "slice" in text.text.lower()]
    assert len(captions) == 6
    x, y, ends, lowest = corner_texts_px(made, scene).T
    for left, top, right, bottom in captions:
        assert ((x < left + 0.5) & (y < top + 0.5) & (right < ends + 0.5) & (bottom < lowest + 0.5)).any()


def resting_scene(layout, **options):
    """A head without contacts, and planes that do not sweep."""
    planes = {} if "@" in layout or "mosaic" in layout else {"plane_mm": (0.0, 0.0, 0.0)}
    return Scene(volume=head(), layout=layout, **planes, **options)


def shares_over_heads(scene, size):
    """Shares of the texts of captions of slices that lie over the ellipsoid, by the places of their pixels."""
    made, placed = layout_of(scene, None, size), None
    planes = resting_planes(scene, placed).planes_mm
    state = FrameState(planes)
    texts = [
        text for text in Captions(scene, made, Motion()).resting(state) if " mm" in text.text or "slice" in text.text
    ]
    assert texts
    shares = []
    for text in texts:
        left, top, right, bottom = box_of(text.text, text.slot, made)
        columns, rows = np.meshgrid(np.arange(left, right), np.arange(top, bottom))
        pixels = np.stack([columns.ravel(), rows.ravel(), np.ones(columns.size)])
        worlds = [(panel.plane_to_world(panel.plane_at(planes)) @ pixels).T for panel in made.cuts]
        shares.append(max((((world / HALF_MM) ** 2).sum(axis=1) < 1).mean() for world in worlds))
    return shares


@pytest.mark.parametrize(
    ("layout", "size"),
    [
        ("ortho", (1080, 1080)),
        ("axial@-20,0,20 / coronal@-20,0,20", (1080, 1080)),
        ("coronal@-30,0,30 / axial@-20,-10,0,10,20,30", (1920, 1080)),
        ("sagittal | coronal | axial", (1080, 800)),
    ],
)
def test_captions_stand_beside_heads_where_there_is_room(layout, size):
    scene = resting_scene(layout, title="A title")
    assert max(shares_over_heads(scene, size)) < 0.22


@pytest.mark.parametrize("layout", ["mosaic@coronal", "mosaic", "ortho", "coronal@-30,0,30 / axial@-20,0,20"])
@pytest.mark.parametrize("size", [(800, 600), (1080, 1080), (1920, 1080)])
def test_no_letter_reads_as_the_end_of_a_name_or_a_caption(layout, size):
    scene = resting_scene(layout)
    made = layout_of(scene, None, size)
    texts = [(text, box_of(text.text, text.slot, made)) for text in texts_at_rest(scene, made)]
    letters = [each for each in texts if each[0].text in set("APSI")]
    assert letters
    for letter, (left, top, right, bottom) in letters:
        for other, (start, upper, end, lower) in texts:
            if len(other.text) > 1 and upper < bottom and top < lower:
                assert max(start - right, left - end) > 0.3 * letter.slot.size_px, (letter.text, other.text)


@pytest.mark.parametrize(("layout", "size"), [("mosaic@coronal", (800, 600)), ("mosaic", (1080, 1080))])
def test_letters_beside_captions_share_their_baseline(layout, size):
    scene = resting_scene(layout)
    made = layout_of(scene, None, size)
    texts = texts_at_rest(scene, made)
    captions = [text for text in texts if " mm" in text.text or "slice" in text.text]
    letters = [text for text in texts if text.text in ("P", "I")]
    beside = []
    for letter in letters:
        near = [other for other in captions if abs(other.slot.y - letter.slot.y) < 0.6 * letter.slot.size_px]
        if near:
            beside.append(min(abs(other.start_px[1] - letter.start_px[1]) for other in near))
    assert len(beside) >= 2
    assert max(beside) == 0
