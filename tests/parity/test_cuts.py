"""Lines of slices in the other panels: where they are drawn, and where not."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

import corticast as cc
from corticast.core.color.themes import THEMES
from corticast.core.geometry.contact_sizes import largest_contacts
from corticast.core.geometry.cut_gaps import DrawnContacts
from corticast.core.geometry.cuts import meet, panel_cuts
from corticast.core.geometry.in_the_way import corner_texts_px
from corticast.core.geometry.panels import Motion, ObliquePanel, SlicePanel, ViewPanel
from corticast.core.geometry.placement import placed_of
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.scene import Scene, changed
from corticast.core.model.types import Electrodes, FrameState, PlacedElectrodes, Volume
from corticast.passes.cuts import CutsPass
from corticast.passes.planes import PlanePass
from tests.parity.scene import SceneDrawing

pytestmark = pytest.mark.gl

SIZE = (480, 270)
PLANES = (-13.4, 22.8, 9.1)
LABELS = ("letters", "mm", "cuts")


def cube():
    """A grey cube from -60 to 60 mm."""
    affine = np.diag([4.0, 4, 4, 1])
    affine[:3, 3] = -58
    return Volume(np.full((30, 30, 30), 90, np.uint8), affine)


def shaft():
    pos = np.array([-20.0, 10, -5]) + np.arange(6)[:, None] * np.array([6.0, 2.4, 3.1])
    return Electrodes(tuple(f"A{n}" for n in range(6)), pos, space="world")


def drawn(gl, layout, *, planes=PLANES, labels=LABELS, contacts=None, size=SIZE, **options):
    """Panels, and the pixels with cuts and without."""
    scene = Scene(volume=cube(), layout=layout, labels=labels, electrodes=contacts, plane_mm=planes, **options)
    placed = None if contacts is None else PlacedElectrodes(contacts, contacts.pos)
    pictures = []
    for shown in (labels, [each for each in labels if each != "cuts"]):
        drawing = SceneDrawing(gl, changed(scene, labels=shown), placed, (0, 180), size)
        state = FrameState(planes, activity=None if contacts is None else np.ones(len(contacts.names), np.float32))
        pictures.append(drawing.draw(state).read()[..., :3].astype(float))
    return drawing.layout, *pictures


def offset_px(changes, start, end, shares=(0.3, 0.7)):
    """How far the middle of what a line changes lies from the line through two pixels, at places along it."""
    along = (end - start) / np.linalg.norm(end - start)
    across = np.array([-along[1], along[0]])
    reach = np.linspace(-6, 6, 241)
    found = []
    for share in np.linspace(*shares, 9):
        column, row = ((start + share * (end - start)) + reach[:, None] * across).T
        left, top = np.floor(column).astype(int), np.floor(row).astype(int)
        weight = np.zeros(len(reach))
        for x, y in ((0, 0), (1, 0), (0, 1), (1, 1)):
            weight += changes[top + y, left + x] * np.abs(1 - x - (column - left)) * np.abs(1 - y - (row - top))
        assert weight.max() > 20, (start, end, share)
        found.append((weight * reach).sum() / weight.sum())
    return np.abs(found).max()


@pytest.mark.parametrize("size", [(480, 270), (540, 960)])
def test_lines_stand_where_the_affines_of_panels_say(current_gl, fidelity, size):
    layout, with_cuts, without = drawn(current_gl, "left | posterior / sagittal | coronal | axial", size=size)
    changes = np.abs(with_cuts - without).max(axis=2)
    seen = {"Left lateral": (1, 2), "Posterior": (0, 2), "Sagittal": (1, 2), "Coronal": (0, 2), "Axial": (0, 1)}
    for panel in layout.panels:
        own = {"Sagittal": 0, "Coronal": 1, "Axial": 2}.get(panel.title)
        for axis in seen[panel.title]:
            # Two points of the plane that differ along the other axis which the panel shows.
            other = next(each for each in seen[panel.title] if each != axis)
            ends = np.zeros((2, 3))
            ends[:, axis], ends[:, other] = PLANES[axis], (-50, 50)
            if own is not None:
                ends[:, own] = PLANES[own]
            start, end = panel.pixel_of(ends)
            worst = offset_px(changes, start, end)
            fidelity.within("Space: lines of other planes", "affines of panels", [worst], 0.5, "px")
    expected = cc.panels(Scene(volume=cube(), layout="axial"), size=size)
    assert [panel.name for panel in expected] == ["axial"]


def test_an_oblique_plane_and_a_slice_cut_one_another(current_gl):
    layout, with_cuts, without = drawn(current_gl, "shaft@A | axial", contacts=shaft(), electrode_size=(1, 1))
    changes = np.abs(with_cuts - without).max(axis=2)
    (oblique,) = layout.of(ObliquePanel)
    (axial,) = layout.slices
    along = np.cross(oblique.plane.normal, [0, 0, 1])
    # The point of both planes that is nearest to the middle.
    point, *_ = np.linalg.lstsq(
        np.stack([oblique.plane.normal, [0, 0, 1]]), [oblique.plane.origin_mm @ oblique.plane.normal, PLANES[2]]
    )
    ends = point + np.array([[-40], [40]]) * along
    for panel in (oblique, axial):
        # Beside the shaft: the line has gaps around contacts.
        assert offset_px(changes, *panel.pixel_of(ends), shares=(0.75, 0.95)) < 0.5


@pytest.mark.parametrize("layout", ["ortho", "talk", "shaft@A | coronal"])
def test_lines_cover_no_contact(current_gl, layout):
    pos = np.array([PLANES, (-13.4, -30, 9.1), (-13.4, 22.8, -30), (20.0, 22.8, 9.1)])
    table = Electrodes(("A1", "A2", "A3", "A4"), pos, space="world")
    made, with_cuts, without = drawn(current_gl, layout, contacts=table, electrode_depth="all", electrode_size=(80, 80))
    changes = np.abs(with_cuts - without).max(axis=2)
    rows, columns = np.indices(changes.shape)
    assert changes.max() > 40
    for panel in made.cuts:
        for column, row in panel.pixel_of(pos):
            on_disc = np.hypot(columns - column, rows - row) < 80 / 2 * SIZE[1] / 1080 - 1
            assert on_disc.sum() > 100
            assert not changes[on_disc].any()


def mix_of(below, away, width, theme):
    """Colours of pixels on a line with its rim, by their distances from the middle of the line."""
    line, rim = (np.clip(wide / 2 + 0.5 - away, 0, 1)[..., None] for wide in (width, width + 2 * 0.75))
    ground, ink = (255 * np.array(colour) for colour in (THEMES[theme].ground, THEMES[theme].cut))
    mixed = below + 0.35 * rim * (ground - below)
    return mixed + 0.85 * line * (ink - mixed)


@pytest.mark.parametrize("theme", THEMES)
def test_lines_have_the_colour_of_the_theme(current_gl, theme):
    """A pixel takes the share of the line, and of its rim, that a box of one pixel around its middle holds."""
    layout, with_cuts, without = drawn(current_gl, "sagittal | axial", theme=theme)
    column, row = layout.slices[1].pixel_of([(PLANES[0], 40.0, PLANES[2])])[0]
    place = round(row), round(column)
    mixed = mix_of(without[place], abs(place[1] - column), 1.0, theme)
    assert np.abs(with_cuts[place] - mixed).max() <= 2
    assert np.abs(with_cuts[place] - without[place]).max() > 40


def test_lines_keep_off_letters_and_within_their_panels():
    scene = Scene(volume=cube(), layout="talk", labels=LABELS, plane_mm=(0, 0, 0))
    layout = layout_of(scene, None, (960, 540))
    state = FrameState((0.0, 0.0, 0.0))
    for cuts, letters in zip(panel_cuts(layout, Motion()), layout.letters, strict=True):
        x, y, width, height = cuts.panel.rect
        lines = cuts.lines(state)
        assert len(lines) == 2
        for line in lines:
            points = line[0] + np.linspace(0, 1, 500)[:, None] * (line[1] - line[0])
            assert (points >= (x - 1e-6, y - 1e-6)).all()
            assert (points <= (x + width + 1e-6, y + height + 1e-6)).all()
            assert np.linalg.norm(line[1] - line[0]) > 0.5 * min(width, height)
            for slot in filter(None, letters):
                assert np.hypot(*(points - (slot.x, slot.y)).T).min() > 1.3 * slot.size_px


def test_a_film_moves_lines_and_leaves_nothing_behind(current_gl):
    scene = Scene(volume=cube(), layout="ortho", labels=("cuts", "mm"), sweep="full")
    drawing = SceneDrawing(current_gl, scene, None, (0, 180), SIZE, moving=True)
    first, second = FrameState((-30.0, -20.0, -10.0)), FrameState((5.0, 17.0, 21.0))
    drawing.draw(first)
    after = drawing.draw(second).read().copy()
    fresh = SceneDrawing(current_gl, scene, None, (0, 180), SIZE, moving=True).draw(second).read()
    assert np.array_equal(after, fresh)
    assert drawing.pass_of(CutsPass).moves


def test_lines_at_rest_belong_to_the_still_layer(current_gl):
    scene = Scene(volume=cube(), layout="sagittal@0 | axial@-10,10 | 3d@0,0", labels=("cuts",))
    drawing = SceneDrawing(current_gl, scene, None, (0, 180), SIZE, moving=True)
    found = drawing.pass_of(CutsPass)
    assert not found.moves
    # Planes of the film, which no panel shows, change nothing.
    assert found.shown(FrameState((1.0, 2.0, 3.0))) == found.shown(FrameState())


@pytest.mark.parametrize(
    ("layout", "turning", "n_lines"),
    [("left", False, 2), ("left", True, 1), ("superior", False, 2), ("superior", True, 2), ("3d@40,20", False, 0),
     ("3d@90,30", False, 1), ("3d@0,0", True, 1)],
)  # fmt: skip
def test_views_have_lines_of_planes_seen_edge_on_in_all_frames(layout, turning, n_lines):
    scene = Scene(volume=cube(), layout=f"{layout} | (sagittal / coronal / axial)", labels=("cuts",))
    made = layout_of(scene, None, SIZE)
    cuts = {each.panel: each for each in panel_cuts(made, Motion(turn=turning))}
    (view,) = made.views
    assert isinstance(view, ViewPanel)
    for turn_deg in (0.0, 33.0) if turning else (0.0,):
        state = FrameState((1.0, 2.0, 3.0), turn_deg=turn_deg)
        assert (len(cuts[view].lines(state)) if view in cuts else 0) == n_lines
    others = [cuts[each] for each in made.slices]
    assert [len(each.lines(FrameState((1.0, 2.0, 3.0)))) for each in others] == [2, 2, 2]
    # A line that only other planes have moves with them alone.
    assert not any(each.moves for each in others)


def test_planes_in_one_place_have_one_line():
    scene = Scene(volume=cube(), layout="axial@5 | axial@5,9 | sagittal@0", labels=("cuts",))
    made = layout_of(scene, None, SIZE)
    found = [len(each.lines(FrameState())) for each in panel_cuts(made, Motion())]
    assert found == [1, 1, 1, 2]


def test_an_svg_holds_lines_as_lines(tmp_path):
    scene = cc.Scene(volume=cube(), layout="sagittal | axial", labels=("cuts",), plane_mm=PLANES, window=(0, 180))
    cc.save_frame(scene, tmp_path / "cuts.svg", size=SIZE, dpi=72)
    lines = ET.parse(tmp_path / "cuts.svg").findall(".//{http://www.w3.org/2000/svg}line")
    # A rim and a line in each panel.
    assert len(lines) == 4
    for panel, line in zip(cc.panels(scene, size=SIZE), lines[2:], strict=True):
        ends = np.array([[float(line.get(f"{name}{n}")) for name in "xy"] for n in (1, 2)])
        column, row = panel.pixel_of([PLANES])[0] + 0.5
        # Both are vertical in the axial panel, and level in the sagittal one.
        axis, place = (1, row) if panel.name == "sagittal" else (0, column)
        assert np.abs(ends[:, axis] - place).max() < 0.001
        assert float(line.get("stroke-width")) == 1


def test_contacts_alone_have_lines(current_gl):
    table = shaft()
    scene = Scene(electrodes=table, layout="sagittal | axial", labels=("cuts",))
    placed = replace(placed_of(scene))
    drawing = SceneDrawing(current_gl, scene, placed, (0, 1), SIZE)
    assert drawing.draw(FrameState((0.0, 0.0, 0.0))).read()[..., :3].max() > 100


@pytest.mark.parametrize("label", ["cuts", "scale"])
def test_films_of_grey_slices_have_lines_in_their_luma_too(current_gl, label):
    """Slices that go straight into the planes would lack what blends above them."""
    scene = Scene(volume=cube(), layout="sagittal | axial", labels=(label,), sweep="full")
    planes = PlanePass(current_gl, SIZE)
    drawing = SceneDrawing(current_gl, scene, None, (0, 180), SIZE, moving=True, planes=planes)
    last = FrameState((5.0, 0.0, 21.0))
    for state in (FrameState((-30.0, 0.0, -10.0)), last):
        drawing.draw(state)
        packed = drawing.convert().read().ravel()
    width, height = SIZE
    luma = planes.planes(packed)[: width * height].reshape(height, width)
    # Recommendation ITU-R BT.709, of a picture that has no planes.
    rgb = SceneDrawing(current_gl, scene, None, (0, 180), SIZE, moving=True).draw(last).read()[..., :3] / 255
    assert np.abs(luma - (16 + 219 * rgb @ (0.2126, 0.7152, 0.0722))).max() <= 1
    assert (luma > 130).any()


@pytest.mark.parametrize(
    ("theme", "size"),
    [("dark", (540, 270)), ("light", (540, 270)), ("dark", (600, 2160)), ("dark", (2160, 600)), ("dark", (1620, 1620))],
)
def test_a_line_covers_pixels_by_its_share(current_gl, theme, size):
    """A pixel takes the share of the line, and of its rim, that a box of one pixel around its middle holds."""
    layout, with_cuts, without = drawn(current_gl, "sagittal | axial", theme=theme, size=size, fit="volume")
    axial = layout.slices[1]
    column, row = axial.pixel_of([(PLANES[0], 10.0, PLANES[2])])[0]
    columns = np.arange(round(column) - 5, round(column) + 6)
    # Lines follow the shorter side, as texts do.
    mixed = mix_of(without[round(row), columns], np.abs(columns - column), max(min(size) / 1080, 1.0), theme)
    assert np.abs(with_cuts[round(row), columns] - mixed).max() <= 2


def broken_lines(table, *, planes=PLANES, layout="sagittal | coronal | axial", size=(1920, 1080), **options):
    """The panels of a scene with lines, and its largest contacts."""
    scene = Scene(electrodes=table, volume=cube(), layout=layout, labels=LABELS, plane_mm=planes, **options)
    placed = PlacedElectrodes(table, table.pos)
    made, sizes = layout_of(scene, placed, size), largest_contacts(scene, placed)
    contacts = DrawnContacts(scene, placed, sizes, ghosts=True)
    return made, sizes, panel_cuts(made, Motion(), contacts), panel_cuts(made, Motion())


@pytest.mark.parametrize("depth", ["all", 4.0])
def test_lines_give_way_to_contacts(depth):
    """A point of a whole line stays where it is 4 px clear of every disc, and where its part is no crumb."""
    pos = np.array(PLANES) + np.arange(-3, 4)[:, None] * np.array([6.0, 2.4, 0.1])
    table = Electrodes(tuple(f"A{n}" for n in range(7)), pos, space="world")
    made, sizes, broken, whole = broken_lines(table, electrode_depth=depth)
    state, n_gaps = FrameState(PLANES), 0
    for some, every in zip(broken, whole, strict=True):
        panel = some.panel
        assert isinstance(panel, SlicePanel)
        axis = panel.fixed_axis
        radii = sizes.on(panel, made).max(axis=1) / 2
        if depth != "all":
            # Ghosts have 0.55 of the size.
            is_near = np.abs(pos[:, axis] - PLANES[axis]) <= depth
            radii = np.where(is_near, radii, 0.55 * radii)
            # Sagittal slices have no ghosts of the other hemisphere.
            radii[~is_near & (axis == 0) & (pos[:, 0] * PLANES[0] < 0)] = -np.inf
        centres = panel.pixel_of(pos) + 0.5
        kept = some.lines(state)
        for start, end in every.lines(state):
            length = np.linalg.norm(end - start)
            places = np.arange(0.25, length, 0.5)
            points = start + places[:, None] * (end - start) / length
            clear = (radii + 4.0 <= np.hypot(*(points[:, None] - centres).T).T).all(axis=1)
            on_some = np.zeros(len(points), dtype=bool)
            for one, other in kept:
                along = (other - one) / np.linalg.norm(other - one)
                place, away = (points - one) @ along, np.abs((points - one) @ (-along[1], along[0]))
                on_some |= (away < 1e-6) & (place > -1e-6) & (place < np.linalg.norm(other - one) + 1e-6)
            # Runs of clear points of 16 px and more are drawn, and no others.
            steps = np.flatnonzero(np.diff(np.concatenate([[0], clear, [0]])))
            expected = np.zeros(len(points), dtype=bool)
            for first, stop in steps.reshape(-1, 2):
                expected[first:stop] = stop - first >= 33
                n_gaps += 1
            unsure = np.zeros(len(points), dtype=bool)
            for first, stop in steps.reshape(-1, 2):
                unsure[first:stop] = 30 < stop - first < 35
            assert (on_some == expected)[~unsure].all()
    assert n_gaps > 12


def test_lines_have_no_gaps_where_no_contact_is_drawn():
    """A sagittal slice has no ghosts of the other hemisphere, and one of a mosaic none of contacts of the next one."""
    x, y, z = PLANES
    other_side = Electrodes(("A1",), np.array([[-x, y + 20, z]]), space="world")
    for some, every in zip(*broken_lines(other_side, electrode_depth=4.0)[2:], strict=True):
        n_parts = len(some.lines(FrameState(PLANES))) - len(every.lines(FrameState(PLANES)))
        # The coronal slice has a ghost; the contact at the edge of the axial one parts no line.
        assert n_parts == (some.panel.name == "coronal")
    beside = Electrodes(("A1",), np.array([[x, 0.0, 40.0]]), space="world")
    layout = "axial@0,40 / sagittal"
    (_, _, broken, whole) = broken_lines(beside, planes=(x, 0.0, 0.0), layout=layout, electrode_depth=4.0)
    n_parts = [[len(each.lines(FrameState((x, 0.0, 0.0)))) for each in panels] for panels in (whole, broken)]
    assert [each.panel.plane_mm for each in broken] == [0, 40, None]
    assert n_parts == [[1, 1, 2], [1, 2, 3]]


@pytest.mark.parametrize(
    ("x_mm", "turn_deg", "is_near"), [(-30.0, 0, True), (30.0, 0, False), (-30.0, 180, False), (30.0, 180, True)]
)
def test_lines_of_a_view_give_way_to_ghosts_of_the_near_half_alone(x_mm, turn_deg, is_near):
    """The surface of the cube hides every contact, and the head those of the half that is away from the viewer."""
    inside = Electrodes(("A1",), np.array([[x_mm, PLANES[1] - 20, PLANES[2]]]), space="world")
    options = {"layout": "left | axial | coronal", "render": "surface", "surface_level": 50, "spin": 30}
    _, _, broken, whole = broken_lines(inside, **options)
    (some, every) = (next(each for each in cuts if isinstance(each.panel, ViewPanel)) for cuts in (broken, whole))
    state = FrameState(PLANES, turn_deg=turn_deg)
    assert len(every.lines(state)) == 2
    assert len(some.lines(state)) == 2 + is_near


@pytest.mark.parametrize("is_near", [True, False])
def test_lines_of_a_scout_give_way_to_contacts_at_full_strength(is_near):
    """Ghosts of contacts 40 mm beside a scout at x = 0 lie above its lines, which end alike."""
    pos = np.array([[3.0 if is_near else 40.0, 2, 10], [3, -45, 5], [3, 45, 5]], dtype=float)
    table = Electrodes(tuple("abc"), pos, space="world")
    made, _, broken, whole = broken_lines(table, planes=None, layout="mosaic@coronal,9")
    (scout,) = (panel for panel in made.slices if panel.is_scout)
    assert 0 < scout.plane_at((0, 0, 0)) < 9
    lines, every = (next(cuts for cuts in each if cuts.panel is scout).lines(FrameState()) for each in (broken, whole))
    column = scout.pixel_of(table.pos)[0, 0]
    n_broken = [np.count_nonzero(np.abs(some[:, 0, 0] - column - 0.5) < 3) for some in (lines, every)]
    assert (n_broken[0] > n_broken[1]) == is_near


def test_lines_of_a_scout_end_alike_before_a_caption():
    """A caption below two of the lines shortens all of them."""
    _, _, _, cuts = broken_lines(shaft(), planes=None, layout="mosaic@coronal,9")
    (scout,) = (each for each in cuts if each.panel.is_scout)
    whole = replace(scout, letters_px=np.zeros((0, 4)), texts_px=np.zeros((0, 4))).lines(FrameState())
    columns, bottom = np.sort(whole[:, 0, 0]), whole[0, 1, 1]
    caption = np.array([[columns[0] - 5, bottom - 20, columns[1] + 5, bottom + 5]])
    found = replace(scout, letters_px=np.zeros((0, 4)), texts_px=caption).lines(FrameState())
    assert len(found) == len(whole) > 3
    assert np.allclose(found[:, 1, 1], bottom - 20)


def test_lines_of_a_scout_stay_where_letters_leave_no_common_height():
    """A letter at the upper end of the first line, and one at the lower end of the last, reach beyond one another."""
    _, _, _, cuts = broken_lines(shaft(), planes=None, layout="mosaic@coronal,9")
    (scout,) = (each for each in cuts if each.panel.is_scout)
    scout = replace(scout, letters_px=np.zeros((0, 4)), texts_px=np.zeros((0, 4)))
    lines = scout.lines(FrameState())
    lines = lines[np.argsort(lines[:, 0, 0])]
    top, bottom = lines[0, :, 1]
    middle = (top + bottom) / 2
    first, last = lines[0, 0, 0], lines[-1, 0, 0]
    letters = np.array([[first - 2, top, first + 2, middle + 5], [last - 2, middle - 5, last + 2, bottom]])
    found = replace(scout, letters_px=letters).lines(FrameState())
    assert len(found) == len(lines) > 3
    found = found[np.argsort(found[:, 0, 0])]
    assert found[0, 0, 1] == pytest.approx(middle + 5)
    assert found[-1, 1, 1] == pytest.approx(middle - 5)
    assert np.allclose(found[1:-1], lines[1:-1])


def test_lines_of_a_scout_end_at_the_same_height():
    scene = Scene(volume=cube(), layout="mosaic@coronal,15", labels=LABELS)
    made = layout_of(scene, None, (1920, 1080))
    (scout,) = (each for each in panel_cuts(made, Motion()) if len(each.crossing) > 1)
    lines = scout.lines(FrameState())
    columns, line_of = np.unique(np.round(lines[:, 0, 0], 6), return_inverse=True)
    assert len(columns) == 15
    ends = np.array([(lines[line_of == k, :, 1].min(), lines[line_of == k, :, 1].max()) for k in range(15)])
    assert np.allclose(ends, ends[0], atol=1e-9)
    assert np.ptp(ends[0]) > 0.6 * scout.box[3]


def test_lines_give_way_to_captions():
    scene = Scene(volume=cube(), layout="talk", labels=LABELS, plane_mm=(-40.0, 30.0, -35.0))
    made = layout_of(scene, None, (960, 540))
    texts = corner_texts_px(made, scene)
    assert len(texts) >= 3
    n_met = 0
    for some, every in zip(panel_cuts(made, Motion(), None, texts), panel_cuts(made, Motion()), strict=True):
        for cuts, is_met in ((some, False), (every, True)):
            for text in texts:
                met = meet(cuts.lines(FrameState((-40.0, 30.0, -35.0))), tuple(text))
                assert is_met or not met
                n_met += is_met and met
    assert n_met > 0


def test_lines_end_one_em_before_names():
    planes = (-60.0, 0.0, 0.0)
    scene = Scene(volume=cube(), layout="sagittal | axial", labels=[*LABELS, "title"], plane_mm=planes)
    made = layout_of(scene, None, (1920, 1080))
    texts = corner_texts_px(made, scene)
    n_near = 0
    for cuts in panel_cuts(made, Motion(), None, texts):
        lines = cuts.lines(FrameState(planes))
        for left, top, right, bottom in texts:
            away = 0.99 * (bottom - top)
            assert not meet(lines, (left - away, top - away, right + away, bottom + away))
            n_near += meet(lines, (left - 200, top - 200, right + 200, bottom + 200))
    assert n_near


def test_an_svg_holds_the_parts_of_lines(tmp_path):
    table = Electrodes(("A1",), np.array([PLANES]), space="world")
    scene = cc.Scene(
        volume=cube(), electrodes=table, layout="sagittal | axial", labels=("cuts",), plane_mm=PLANES, window=(0, 180)
    )
    cc.save_frame(scene, tmp_path / "cuts.svg", size=SIZE, dpi=72)
    tree = ET.parse(tmp_path / "cuts.svg")
    lines = tree.findall(".//{http://www.w3.org/2000/svg}line")
    circles = tree.findall(".//{http://www.w3.org/2000/svg}circle")
    # Two parts with their rims in each panel.
    assert len(lines) == 8
    for panel in cc.panels(scene, size=SIZE):
        centre = panel.pixel_of([PLANES])[0] + 0.5
        radius = max(float(each.get("r")) for each in circles)
        ends = np.array([[[float(line.get(f"{name}{n}")) for name in "xy"] for n in (1, 2)] for line in lines])
        assert np.linalg.norm(ends - centre, axis=2).min() > radius + 0.5
