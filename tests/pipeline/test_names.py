"""Names beside contacts: none over another one, over a contact or over another text, on any panel and in any frame."""

import itertools

import numpy as np
import pytest
from PIL import ImageFont
from scipy.ndimage import distance_transform_edt
from tests.golden.phantom import phantom_head

import corticast as cc
from corticast.app.render.drawing import compositor_of
from corticast.core.color.themes import contrast, theme_of
from corticast.core.geometry.panels import Motion
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.text.face import BUILT_IN
from corticast.core.text.names import panel_names
from corticast.errors import OptionError
from corticast.film.name_words import names_line
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming

AFFINE = np.array([[4.0, 0, 0, -80], [0, 4, 0, -108], [0, 0, 4, -76], [0, 0, 0, 1]])
SIZE = (1920, 1080)


def grid(n, spacing=10.0, *, x=-58.0):
    """A square grid of contacts beside the head, seen from the left."""
    side = int(np.ceil(np.sqrt(n)))
    rows, columns = np.divmod(np.arange(n), side)
    pos = np.stack([np.full(n, x), spacing * (columns - side / 2), spacing * (rows - side / 2) + 10], axis=1)
    return tuple(f"G{k + 1}" for k in range(n)), pos


def shafts(n_shafts, n_contacts):
    """Shafts through the head in many directions."""
    rng = np.random.default_rng(5)
    names, pos = [], []
    for shaft in range(n_shafts):
        end = rng.normal(size=3)
        end *= 60 / np.linalg.norm(end)
        steps = np.linspace(0.35, 1, n_contacts)[:, None]
        pos.append(end * steps + rng.normal(size=3))
        names += [f"{'LRABCDEFGH'[shaft % 10]}{'AHPTOM'[shaft // 10]}{k + 1}" for k in range(n_contacts)]
    return tuple(names), np.concatenate(pos)


def film_of(contacts, *, size=SIZE, with_volume=False, **options):
    names, pos = contacts
    table = cc.Electrodes(names, pos, "world")
    volume = phantom_head(AFFINE, (41, 54, 41)) if with_volume else None
    scene = cc.Scene(volume=volume, electrodes=table, **{"names": "all", **options})
    return open_film(scene, FilmTiming(size=size, frames=30), still=True)


def names_of(film, motion=None):
    layout = layout_of(film.scene, film.placed, film.timing.size)
    sizes = film.contact_sizes()
    ghosts = theme_of(film.scene).ghosts
    return layout, panel_names(film.scene, film.placed, layout, sizes, motion or Motion(), ghosts=ghosts)


def boxes_of(texts):
    """(k, 4) left, top, right, bottom of the ink of texts, by Pillow."""
    found = []
    for text in texts:
        slot = text.slot
        face = ImageFont.truetype(BUILT_IN.file(strong=text.strong), slot.size_px)
        height = -face.getbbox("H", anchor="ls")[1]
        left, top, right, bottom = face.getbbox(text.text, anchor="ls")
        x = slot.x - {"l": 0, "m": 0.5, "r": 1}[slot.anchor] * face.getlength(text.text)
        baseline = slot.y + height / 2
        found.append((x + left, baseline + top, x + right, baseline + bottom))
    return np.array(found).reshape(-1, 4)


def n_overlaps(film, panel, shown, layout, others=()):
    """Pairs of a name and a name, a disc, or another text that overlap."""
    boxes = boxes_of(shown.texts)
    count = sum(meet(one, other) for one, other in itertools.combinations(boxes, 2))
    count += sum(meet(one, other) for one in boxes for other in others)
    return count + n_over_discs(film, panel, layout, boxes, shown)


def meet(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def ghosts_of(film, names, each):
    """(n,) bool, contacts that a panel may draw faint: a sagittal slice those of its own hemisphere, and a slice of a
    mosaic those that no other one shows at full strength."""
    found, panel = np.ones(len(film.placed.pos), dtype=bool), each.panel
    if getattr(panel, "fixed_axis", None) == 0:
        found &= film.placed.pos[:, 0] * panel.plane_at(film.still().planes_mm) >= 0
    if getattr(panel, "plane_mm", None) is not None:
        others = [other for other in names if other is not each and getattr(other.panel, "plane_mm", None) is not None]
        found &= ~np.any([other.full(film.still()) for other in others], axis=0)
    return found


def n_over_discs(film, panel, layout, boxes, shown, *, full=None, ghosts=True):
    centres = panel.pixel_of(film.placed.pos) + 0.5
    radii = film.contact_sizes().on(panel, layout).max(axis=1) / 2
    radii = np.where(full, radii, np.where(ghosts, 0.55 * radii, -np.inf)) if full is not None else radii
    count = 0
    for left, top, right, bottom in boxes:
        beside = np.stack(
            [
                np.maximum(np.maximum(left - centres[:, 0], centres[:, 0] - right), 0),
                np.maximum(np.maximum(top - centres[:, 1], centres[:, 1] - bottom), 0),
            ]
        )
        count += int((np.hypot(*beside) < radii).sum())
    for (x0, y0), (x1, y1) in shown.lines:
        along = np.array([x1 - x0, y1 - y0])
        share = np.clip((centres - (x0, y0)) @ along / (along @ along), 0, 1)
        count += int((np.hypot(*(np.array([x0, y0]) + share[:, None] * along - centres).T) < radii).sum())
    return count


def test_shafts_that_mirror_each_other_are_named_in_glass():
    """Each view dims the shafts of the other half, which lie right behind those of its own."""
    steps = np.arange(8) * 5.0
    right = np.stack([22 + steps, np.full(8, 10.0), np.full(8, 5.0)], axis=1)
    contacts = tuple(f"{side}A{k}" for side in "RL" for k in range(8)), np.concatenate([right, right * (-1, 1, 1)])
    film = film_of(contacts, with_volume=True, layout="lateral", side="both", render="glass", names="group")
    layout, names = names_of(film)
    found = {
        panel.name: [text.text for text in each.at(film.still()).texts]
        for panel, each in zip(layout.panels, names, strict=True)
    }
    assert found == {"left lateral": ["LA"], "right lateral": ["RA"]}
    assert names_line(film, film.still()) == "names: 2 of 2 groups"


@pytest.mark.parametrize(
    ("contacts", "least"),
    [(grid(64), 64), (grid(64, 5.0), 30), (grid(264, 4.0), 20), (shafts(8, 8), 48)],
    ids=["grid of 64", "dense grid of 64", "grid of 264", "8 shafts"],
)
def test_no_name_overlaps_and_most_have_room(contacts, least):
    film = film_of(contacts, layout="lateral", side="left")
    layout, names = names_of(film)
    (panel,) = layout.panels
    shown = names[0].at(film.still())
    assert n_overlaps(film, panel, shown, layout) == 0
    assert len(shown.rows) >= least
    line = names_line(film, film.still())
    left_out = len(contacts[0]) - len(shown.rows)
    assert line.startswith(f"names: {len(shown.rows)} of {len(contacts[0])} contacts in view")
    assert (f", {left_out} have no room" in line) == (left_out > 0)
    # The same in any process and at any time.
    if len(contacts[0]) <= 64:
        again = names_of(film_of(contacts, layout="lateral", side="left"))[1][0].at(film.still())
        assert again.texts == shown.texts


@pytest.mark.parametrize("shows", ["values", "activity"])
def test_a_grid_on_a_head_has_all_its_names_whatever_its_contacts_show(shows):
    """Contacts that swell, or whose colours are numbers, leave room for names beside one another."""
    contacts = grid(64, 9.0, x=-62.0)
    options = {}
    if shows == "values":
        options["values"] = cc.ContactValues(contacts[0], {"t": tuple(map(str, range(64)))})
    else:
        options["drive"] = cc.ArrayDrive(np.tile(np.linspace(0, 1, 30), (64, 1)), 30, contacts[0])
    film = film_of(contacts, with_volume=True, layout="left", render="surface", surface_level=40, **options)
    layout, names = names_of(film)
    shown = names[0].at(film.still())
    assert len(shown.rows) >= 62
    assert n_overlaps(film, layout.panels[0], shown, layout) == 0


@pytest.mark.gl
@pytest.mark.parametrize("layout_name", ["ortho", "grid", "lateral"])
@pytest.mark.parametrize("size", [(1920, 1080), (800, 600)])
def test_names_keep_clear_of_all_other_texts(current_gl, layout_name, size):
    options = {"layout": layout_name, "with_volume": True, "title": "Names and other texts", "size": size}
    film = film_of(shafts(8, 8), **options)
    layout, names = names_of(film)
    captions = compositor_of(current_gl, film, size, motion=Motion())._captions._captions
    others = boxes_of([*captions.resting(film.still()), *captions.moving(film.still())])
    named = 0
    for panel, each in zip(layout.panels, names, strict=True):
        shown, full = each.at(film.still()), each.full(film.still())
        boxes = boxes_of(shown.texts)
        assert sum(meet(one, other) for one, other in itertools.combinations([*boxes, *others], 2)) == 0
        assert n_over_discs(film, panel, layout, boxes, shown, full=full, ghosts=ghosts_of(film, names, each)) == 0
        # Only contacts in view are named.
        assert set(shown.rows) <= set(np.flatnonzero(full).tolist())
        named += len(shown.rows)
    assert named > (1 if layout_name == "lateral" else 10)


@pytest.mark.parametrize(("layout_name", "size"), [("mosaic", (800, 600)), ("talk", (1080, 1920))])
def test_names_of_panels_stand_in_rooms_of_their_own(layout_name, size):
    """Between two panels there is room for the names of one of them."""
    film = film_of(shafts(10, 8), layout=layout_name, with_volume=True, size=size)
    layout, names = names_of(film)
    for one, other in itertools.combinations(names, 2):
        boxes = [(x, y, x + width, y + height) for x, y, width, height in (one.room, other.room)]
        assert not meet(*boxes)
    shown = [each.at(film.still()) for each in names]
    boxes = boxes_of([text for each in shown for text in each.texts])
    assert len(boxes) > 20
    assert sum(meet(one, other) for one, other in itertools.combinations(boxes, 2)) == 0
    for panel, each in zip(layout.panels, names, strict=True):
        full, ghosts = each.full(film.still()), ghosts_of(film, names, each)
        assert n_over_discs(film, panel, layout, boxes, shown[0].__class__(), full=full, ghosts=ghosts) == 0


def test_names_of_a_turn_move_with_their_contacts_and_never_overlap():
    film = film_of(shafts(6, 8), layout="3d", spin=30)
    layout, (names,) = names_of(film, Motion("rest", True))
    offsets = {}
    jumps = shown_before = 0
    for turn_deg in np.arange(0, 32, 1.0):
        state = film.frame(0).__class__(turn_deg=float(turn_deg))
        shown, panel = names.at(state), names.panel.at(state)
        assert n_overlaps(film, panel, shown, layout) == 0
        centres = panel.pixel_of(film.placed.pos) + 0.5
        now = {
            row: (text.slot.x - centres[row, 0], text.slot.y - centres[row, 1])
            for row, text in zip(shown.rows, shown.texts, strict=True)
        }
        if turn_deg % 15:
            # Within a part of the turn names stay beside their contacts.
            both = now.keys() & offsets.keys()
            assert all(np.allclose(now[row], offsets[row], atol=1e-6) for row in both)
            jumps += len(now.keys() ^ offsets.keys())
            shown_before += len(offsets)
        offsets = now
    assert len(offsets) > 10
    assert jumps < 0.02 * shown_before


def test_names_of_a_sweep_stay_in_place():
    film = film_of(shafts(8, 8), with_volume=True, layout="axial", electrode_depth=8)
    layout, (names,) = names_of(film, Motion("sweep"))
    places = {}
    for plane_mm in np.arange(-60, 60, 3.0):
        state = film.frame(0).__class__(planes_mm=(0.0, 0.0, float(plane_mm)))
        shown = names.at(state)
        full = names.full(state)
        boxes = boxes_of(shown.texts)
        assert sum(meet(one, other) for one, other in itertools.combinations(boxes, 2)) == 0
        assert n_over_discs(film, layout.panels[0], layout, boxes, shown, full=full) == 0
        assert full[list(shown.rows)].all()
        for row, text in zip(shown.rows, shown.texts, strict=True):
            assert places.setdefault(row, text) == text
    assert len(places) > 20


def test_a_group_has_one_name_beside_its_outermost_contact():
    contacts = shafts(6, 8)
    film = film_of(contacts, layout="3d", names="group")
    _, (names,) = names_of(film)
    shown = names.at(film.still())
    assert [text.text for text in shown.texts] == ["LA", "RA", "AA", "BA", "CA", "DA"]
    # In the head, wherever the camera stands: the last contact of each shaft.
    assert list(shown.rows) == [8 * group + 7 for group in range(6)]


def test_the_outer_end_of_a_shaft_is_far_from_the_middle_of_the_head():
    """Seen obliquely, the inner end of a shaft lies farther out on the panel, and all contacts are on the left."""
    reach = np.linspace(0, 1, 6)[:, None]
    left, front = np.array([-8.0, 30, 20]) - reach * (45, 0, 0), np.array([-30.0, 10, -20]) + reach * (-30, 0, 2)
    names = tuple(f"{shaft}{k + 1}" for shaft in ("LC", "LA") for k in range(6))
    film = film_of(
        (names, np.concatenate([left, front])), layout="3d@150,20", names="group", with_volume=True, render="glass"
    )
    _, (named,) = names_of(film)
    assert list(named.at(film.still()).rows) == [5, 11]


def test_a_sweep_names_each_group_in_view():
    """The name of a shaft along the sweep follows the contact in view; a shaft within a slice keeps one place."""
    reach = np.linspace(-1, 1, 9)[:, None]
    along, within = np.array([-30.0, 0, 0]) + reach * (0, 0, 40), np.array([40.0, 0, 0]) + reach * (20, 0, 1)
    names = tuple(f"{shaft}{k + 1}" for shaft in ("A", "B") for k in range(9))
    film = film_of(
        (names, np.concatenate([along, within])), layout="axial", names="group", with_volume=True, electrode_depth=4
    )
    _, (named,) = names_of(film, Motion("sweep"))
    rows = set()
    for plane_mm in np.arange(-40, 41, 10.0):
        shown = named.at(film.frame(0).__class__(planes_mm=(0.0, 0.0, float(plane_mm))))
        assert [text.text for text in shown.texts] == ["A"] + ["B"] * bool(plane_mm == 0)
        rows.update(shown.rows)
    assert rows == {*range(9), 17}


def test_names_of_a_grid_stand_on_one_side():
    """All below where there is room; at the right where a row lies close above another one."""
    names, pos = grid(64)
    crowded = pos.copy()
    crowded[8:16, 2] = crowded[16:24, 2] - 4.0
    for places, n_alike, first in ((pos, 64, (0, 1)), (crowded, 48, (1, 0))):
        film = film_of((names, places), layout="lateral", side="left")
        layout, (named,) = names_of(film)
        shown = named.at(film.still())
        assert n_overlaps(film, layout.panels[0], shown, layout) == 0
        centres = layout.panels[0].pixel_of(places)[list(shown.rows)] + 0.5
        away = np.array([(text.slot.x, text.slot.y) for text in shown.texts]) - centres
        sides = np.round(away / np.abs(away).max(axis=1, keepdims=True))
        assert (sides == first).all(axis=1).sum() >= n_alike
        # Few of the sixteen directions are taken.
        assert len(np.unique(sides, axis=0)) <= 4


def test_the_name_of_a_shaft_stands_ahead_of_its_outer_end():
    contacts = shafts(6, 8)
    film = film_of(contacts, layout="3d", names="group")
    layout, (named,) = names_of(film)
    shown = named.at(film.still())
    pixels = layout.panels[0].pixel_of(contacts[1]) + 0.5
    for row, text in zip(shown.rows, shown.texts, strict=True):
        along = pixels[row] - pixels[8 * (row // 8) : 8 * (row // 8) + 8].mean(axis=0)
        towards = np.array([text.slot.x, text.slot.y]) - pixels[row]
        assert along @ towards > 0.85 * np.hypot(*along) * np.hypot(*towards), text.text


def test_a_group_without_positions_has_no_name_and_no_warning(recwarn):
    names, pos = shafts(6, 8)
    film = film_of((("DC1", "DC2", *names), np.concatenate([np.full((2, 3), np.nan), pos])), layout="3d", names="group")
    recwarn.clear()
    _, (named,) = names_of(film)
    assert [text.text for text in named.at(film.still()).texts] == ["LA", "RA", "AA", "BA", "CA", "DA"]
    assert [str(each.message) for each in recwarn] == []


def test_chosen_names_obey_the_selection():
    film = film_of(grid(16), layout="lateral", side="left", names="G1,G2,G1?", select="G*", exclude="G12")
    shown = names_of(film)[1][0].at(film.still())
    assert [text.text for text in shown.texts] == ["G1", "G2", "G10", "G11", "G13", "G14", "G15", "G16"]
    with pytest.raises(OptionError, match=r"names X\*: matches no contact; give names of the table, such as G\*"):
        film_of(grid(16), names="X*")


@pytest.mark.gl
@pytest.mark.parametrize(("theme", "grey"), [("light", 0), ("print", 60), ("post", 0)])
def test_dark_names_of_light_pages_can_be_read_on_dark_tissue(theme, grey):
    """WCAG 2.2: 4.5 to 1 between the letters and all that lies around them, which no dark tissue reaches into."""

    size, table = (1600, 960), cc.Electrodes(("LA1",), np.array([[100.0, 60.0]]), "picture")

    def scene(value):
        picture = cc.Picture(np.full((120, 200, 3), value, np.uint8))
        return cc.Scene(image=picture, electrodes=table, theme=theme, names="all", caption="none")

    x, y, width, height = cc.panels(scene(255), size=size)[0].rect
    inside = slice(y, y + height), slice(x, x + width)
    on_white, on_grey = (cc.frame(scene(value), size=size)[inside].astype(int) for value in (255, grey))
    # The contact is coloured.
    is_apart = distance_transform_edt(np.ptp(on_white, axis=-1) < 60) > 10
    ink = (on_white.max(axis=-1) < 60) & is_apart
    assert ink.sum() > 20
    # Beyond the smooth edge of the letters, of 16 pixels.
    away = distance_transform_edt(~ink)
    around = on_grey[(away > 1.2) & (away < 2.3), 0] / 255
    assert contrast((np.median(around),) * 3, (np.median(on_grey[ink]) / 255,) * 3) > 4.5


@pytest.mark.gl
def test_names_and_leaders_are_drawn_and_cover_no_contact(current_gl):
    contacts = grid(64, 3.0)
    size = (960, 540)
    plain = film_of(contacts, layout="lateral", side="left", names=None, size=size, with_volume=True)
    named = film_of(contacts, layout="lateral", side="left", size=size, with_volume=True)
    before = compositor_of(current_gl, plain, size).draw(plain.still()).read()[:, :, :3].copy()
    after = compositor_of(current_gl, named, size).draw(named.still()).read()[:, :, :3].copy()
    layout, (names,) = names_of(named)
    shown = names.at(named.still())
    assert len(shown.lines) > 3
    rows, columns = np.indices(before.shape[:2]) + 0.5
    centres = layout.panels[0].pixel_of(contacts[1]) + 0.5
    radius = named.contact_sizes().on(layout.panels[0], layout).max() / 2
    on_disc = (np.hypot(columns[..., None] - centres[:, 0], rows[..., None] - centres[:, 1]) < radius).any(axis=2)
    changed = (before != after).any(axis=2)
    assert not changed[on_disc].any()
    boxes = boxes_of(shown.texts)
    for left, top, right, bottom in boxes:
        assert changed[int(top) : int(bottom) + 1, int(left) : int(right) + 1].sum() > 20
    # The middle of each leader is light, and one of its pixels beside is not.
    for start, end in shown.lines:
        x, y = ((start + end) / 2).astype(int)
        assert after[y, x].max() > 90


@pytest.mark.parametrize(
    ("layout", "hidden_mm", "options"),
    [
        # Those of the other hemisphere, and those that the next slice of a mosaic shows.
        ("sagittal", 30.0, {"plane_mm": (-30.0, 0.0, 0.0)}),
        ("axial@0,40", 40.0, {}),
        ("sagittal", -42.0, {"plane_mm": (-30.0, 0.0, 0.0), "ghosts": "off"}),
    ],
)
def test_names_stand_where_a_slice_draws_no_contact(layout, hidden_mm, options):
    """A name has the place that it has without the contacts that its slice leaves out."""
    axis = 0 if layout == "sagittal" else 2
    turns = np.arange(8) * np.pi / 4
    around = 6.0 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    # One named contact, with others around it, seen along the axis.
    pos = np.insert(np.concatenate([[[0.0, 0.0]], around]), axis, [(-30.0 if axis == 0 else 0.0), *[hidden_mm] * 8], 1)
    slots = []
    for n in (9, 1):
        contacts = tuple("ABCDEFGHI"[:n]), pos[:n]
        given = {"layout": layout, "electrode_depth": 4.0, "electrode_size": (40, 40), "fit": "volume", **options}
        film = film_of(contacts, with_volume=True, **given)
        texts = [text for names in names_of(film)[1] for text in names.at(film.frame(0)).texts if text.text == "A"]
        slots.append([(text.slot.x, text.slot.y) for text in texts])
    assert len(slots[1]) == 1
    assert slots[0] == slots[1]


def test_names_of_a_turn_stand_where_the_head_hides_contacts():
    """Contacts deep in the far half are not drawn: a name over them stays, in every frame of a part of the turn."""
    around = np.arange(8) * np.pi / 4
    ring = np.stack([np.full(8, 40.0), 10 * np.cos(around), 10 * np.sin(around)], axis=1)
    pos = np.concatenate([[[-68.0, 0.0, 0.0]], ring])
    shown = []
    for n in (9, 1):
        options = {"layout": "left", "render": "surface", "spin": 30, "electrode_size": (30, 30), "fit": "volume"}
        film = film_of((tuple("ABCDEFGHI"[:n]), pos[:n]), with_volume=True, **options)
        (names,) = names_of(film, Motion("rest", True))[1]
        states = [film.frame(0).__class__(turn_deg=float(turn_deg)) for turn_deg in range(15)]
        assert all(names.full(state).tolist() == [True] + [False] * (n - 1) for state in states)
        texts = [text for state in states for text in names.at(state).texts]
        shown.append([(text.text, text.slot.x, text.slot.y) for text in texts])
    assert len(shown[1]) == 15
    assert shown[0] == shown[1]
