"""A live show's picture and what a viewer does to it, against `cc.frame` and nibabel's arithmetic."""

import time
from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest

import corticast as cc
from corticast.app.live.feed import FeedStatus, Moment
from corticast.app.live.flash_limit import FlashLimit
from corticast.app.live.settings import LiveSettings
from corticast.app.live.show import Delays, Show
from corticast.core.geometry.affines import world_box_mm
from corticast.core.geometry.arrange import arrange
from corticast.core.geometry.cells import ObliqueCell, SliceCell
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.planes import plane_through
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.scene import changed
from corticast.core.model.types import Electrodes, Volume
from corticast.errors import OptionError
from corticast.film import film as films
from corticast.film.opening import open_film
from corticast.gl.context import OffscreenContext

pytestmark = pytest.mark.gl

SIZE = (480, 270)
AFFINE = np.array([[2.0, 0, 0, -39], [0, 2, 0, -49], [0, 0, 3, -30], [0, 0, 0, 1]])
SHAPE = (40, 50, 20)
CONTACTS = np.array([[-20.0, 4, 6], [15, -10, 0], [0, 20, -12]])


class SteadyFeed:
    """Sound by a clock that the test sets."""

    sample_rate, n_channels, is_over = 1000, 1, False
    row_of_contact = np.array([0, 1, -1])

    def __init__(self):
        self.position = 0.0
        self.rows = np.array([0.25, 1.0], np.float32)
        self.gain_db = None
        self.paused = False
        self.message = ""
        self.due_s = None

    def start(self, listeners=()):
        pass

    def moment(self):
        return self.at(self.position)

    def at(self, position):
        return Moment(position, self.rows, self.due_s)

    @property
    def status(self):
        return FeedStatus("a clock", message=self.message, n_lost=7, level_db=-12.0)

    spectrum = np.zeros(2, np.float32)
    band_edges_hz, has_gain, warnings = None, True, ()

    def pause(self, paused):
        self.paused = paused


@pytest.fixture
def laid_out_for_drags(monkeypatch):
    """Texts and bar of films stand where those of shows do: clear of all slices, since planes may be dragged."""
    monkeypatch.setattr(films, "layout_of", lambda *args, **_: layout_of(*args, planes_move=True))


@pytest.fixture(scope="module")
def scene():
    voxels = np.asfortranarray(np.random.default_rng(5).integers(-300, 900, SHAPE).astype(np.int16))
    table = Electrodes(("a", "b", "c"), CONTACTS, space="world")
    return cc.Scene(
        volume=Volume(voxels, AFFINE), electrodes=table, electrode_depth="all", window=(0, 600), caption="none"
    )


@pytest.fixture
def feed():
    return SteadyFeed()


@pytest.fixture
def show(scene, feed):
    film = open_film(scene, still=True)
    made = Show(film, feed)
    with OffscreenContext() as context:
        made.attach(context, SIZE)
        yield made
        made.detach()


def expected(scene, time_s=0.0, rows=(0.25, 1.0), size=SIZE, **look):
    """What `cc.frame` draws of the same moment."""
    values = np.repeat(np.array([*rows, 0.0], np.float32)[:, None], 2, axis=1)
    drive = cc.ArrayDrive(values, 1.0, ["a", "b", "c"])
    still = changed(scene, drive=drive, **look)
    return cc.frame(still, time_s, size=size, duration=100, fps=1000)


def drawn(show):
    return show.draw().read()[:, :, :3]


def voxel_of(point_mm):
    return np.rint(nib.affines.apply_affine(np.linalg.inv(AFFINE), point_mm))


def test_a_moment_looks_as_in_a_film(show, scene, feed):
    feed.position = 61500.0
    np.testing.assert_array_equal(drawn(show), expected(scene, 61.5))


@pytest.mark.parametrize(("gain", "words"), [(0.6, "flash limit ×0.60"), (0.137, "flash limit ×0.14")])
def test_the_status_line_says_the_gain_of_the_flash_limit(scene, feed, gain, words):
    limit = FlashLimit()
    show = Show(open_film(scene, still=True), feed, limit=limit)
    assert "flash limit" not in show.status.text
    limit.gain = gain
    assert words in show.status.text.split("  ·  ")


def test_the_picture_says_the_gain_of_the_flash_limit(scene, feed):
    """Activity is at rest, so that the gain changes the text only."""
    feed.rows = np.zeros(2, np.float32)
    limit = FlashLimit()
    limited = Show(open_film(scene, still=True), feed, limit=limit)
    with OffscreenContext() as context:
        limited.attach(context, SIZE)
        free = drawn(limited)
        limit.gain = 0.6
        rows, columns = np.nonzero((drawn(limited) != free).any(axis=2))
        limited.detach()
    assert len(rows) > 100
    # One line of text in a corner.
    assert rows.max() - rows.min() < 20
    assert columns.max() - columns.min() < SIZE[0] / 2


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_layouts_by_number(show, scene, number, laid_out_for_drags):
    name = ("ortho", "grid", "sagittal", "coronal", "axial")[number - 1]
    show.choose_layout(number)
    np.testing.assert_array_equal(drawn(show), expected(scene, layout=name))


def test_keys_choose_a_layout_and_give_the_scenes_expression_back(scene, feed, laid_out_for_drags):
    layout = "axial@-3,3 | coronal / 3d@150,20"
    show = Show(open_film(changed(scene, layout=layout), still=True), feed)
    with OffscreenContext() as context:
        show.attach(context, SIZE)
        np.testing.assert_array_equal(drawn(show), expected(scene, layout=layout))
        show.choose_layout(2)
        np.testing.assert_array_equal(drawn(show), expected(scene, layout="grid"))
        show.choose_layout(0)
        np.testing.assert_array_equal(drawn(show), expected(scene, layout=layout))
        show.detach()


@pytest.mark.parametrize(
    ("setting", "value"),
    [("window", (100.0, 350.0)), ("cmap", "viridis"), ("electrode_cmap", "viridis"), ("plane_mm", (1.0, 1.0, 0.0))],
)
def test_what_is_set_is_drawn_as_a_film_would(laid_out_for_drags, show, scene, setting, value):
    drawn(show)
    show.change(**{setting: value})
    np.testing.assert_array_equal(drawn(show), expected(scene, **{setting: value}))
    assert getattr(show.settings, setting) == value


@pytest.mark.parametrize("layout", [1, 2, 5])
def test_dragging_keeps_what_draws_and_shows_what_a_film_would(show, scene, layout, laid_out_for_drags):
    """Grey window, planes and gain, one after the other, in frames that follow on one another."""
    show.choose_layout(layout)
    drawn(show)
    before = show._picture._compositor
    for step in range(3):
        show.drag(20 + step, -15)
        show.change(gain_db=float(step), plane_mm=(1.0 + 2 * step, 1.0, -2.0 * step))
        look = {"window": show.settings.window, "plane_mm": show.settings.plane_mm}
        name = ("ortho", "grid", "sagittal", "coronal", "axial")[layout - 1]
        np.testing.assert_array_equal(drawn(show), expected(scene, layout=name, **look))
    assert show.settings.window != scene.window
    assert show._picture._compositor is before


@pytest.mark.usefixtures("laid_out_for_drags")
def test_another_window_of_float_voxels_is_as_exact(scene, feed):
    voxels = np.asfortranarray(np.random.default_rng(6).normal(1e6, 0.01, SHAPE))
    volume = Volume(voxels, AFFINE)
    scene = changed(scene, volume=volume, window=(0.0, 1.0))
    show = Show(open_film(scene, still=True), feed)
    with OffscreenContext() as context:
        show.attach(context, SIZE)
        drawn(show)
        show.change(window=(1e6 - 0.02, 1e6 + 0.02))
        np.testing.assert_array_equal(drawn(show), expected(scene, window=(1e6 - 0.02, 1e6 + 0.02)))
        show.detach()


def test_the_volume_is_uploaded_once(show):
    first = show._picture._texture
    for number in (2, 3, 1):
        show.choose_layout(number)
    show.change(window=(1.0, 2.0))
    show.resize((640, 360))
    assert show._picture._texture is first


def test_a_click_moves_the_other_planes_there(show, scene):
    panels = {panel.name: panel for panel in cc.panels(scene, size=SIZE)}
    before = voxel_of(show._planes_mm)
    # The contact on the coronal panel: x and z follow, y stays.
    column, row = panels["coronal"].pixel_of([CONTACTS[1]])[0]
    show.click(column + 0.5, row + 0.5)
    after = voxel_of(show.settings.plane_mm)
    np.testing.assert_array_equal(after, [voxel_of(CONTACTS[1])[0], before[1], voxel_of(CONTACTS[1])[2]])
    np.testing.assert_array_equal(drawn(show), expected(scene, plane_mm=show.settings.plane_mm))


def test_clicks_beside_the_panels_do_nothing(show):
    show.click(0, 0)
    assert show.settings == LiveSettings()


@pytest.mark.parametrize(("panel", "axis"), [("sagittal", 0), ("coronal", 1), ("axial", 2)])
def test_the_wheel_steps_one_slice_and_stops_at_the_end(show, scene, panel, axis):
    rect = next(each.rect for each in cc.panels(scene, size=SIZE) if each.name == panel)
    middle = rect[0] + rect[2] / 2, rect[1] + rect[3] / 2
    before = voxel_of(show._planes_mm)
    show.wheel(*middle, 1)
    step = np.eye(3)[axis]
    np.testing.assert_array_equal(voxel_of(show.settings.plane_mm), before + step)
    show.wheel(*middle, -3)
    np.testing.assert_array_equal(voxel_of(show.settings.plane_mm), before - 2 * step)
    show.wheel(*middle, 1000)
    assert voxel_of(show.settings.plane_mm)[axis] == SHAPE[axis] - 1


def test_a_click_on_an_oblique_plane_moves_all_planes_there(show, monkeypatch):
    box = np.stack(world_box_mm(AFFINE, SHAPE))
    plane = plane_through(CONTACTS[:2], "neurological", "right")
    (shaft,) = arrange([ObliqueCell("shaft a", plane, CONTACTS[:2])], box, SIZE).cuts
    monkeypatch.setattr(type(show._picture), "layout", Layout(SIZE, 1.0, (shaft,)))
    column, row = shaft.pixel_of([CONTACTS[1]])[0]
    show.wheel(column + 0.5, row + 0.5, 2)
    assert show.settings == LiveSettings()
    show.click(column + 0.5, row + 0.5)
    np.testing.assert_array_equal(voxel_of(show.settings.plane_mm), voxel_of(CONTACTS[1]))


def test_a_panel_with_its_own_plane_leaves_the_films_plane_of_its_axis(show, monkeypatch):
    box = np.stack(world_box_mm(AFFINE, SHAPE))
    (own,) = arrange([SliceCell("axial", 12.0)], box, SIZE).slices
    monkeypatch.setattr(type(show._picture), "layout", Layout(SIZE, 1.0, (own,)))
    before = show._planes_mm
    column, row = own.pixel_of([CONTACTS[1]])[0]
    show.wheel(column + 0.5, row + 0.5, 2)
    assert show._planes_mm == before
    show.click(column + 0.5, row + 0.5)
    np.testing.assert_array_equal(voxel_of(show._planes_mm), [*voxel_of(CONTACTS[1])[:2], voxel_of(before)[2]])


def test_dragging_sets_level_and_width(show):
    show.drag(0, 40)
    low, high = show.settings.window
    assert high - low == pytest.approx(600)
    assert low > 0
    show.drag(100, 0)
    low, high = show.settings.window
    assert high - low > 700
    show.drag(-1e5, 0)
    low, high = show.settings.window
    assert low < high


def test_reset_gives_planes_and_window_back(show, scene):
    show.click(200, 100)
    show.drag(50, 50)
    show.reset()
    np.testing.assert_array_equal(drawn(show), expected(scene))


def test_a_paused_picture_stays(show, feed):
    before = drawn(show)
    show.toggle_pause()
    assert feed.paused
    feed.position, feed.rows = 90000.0, np.array([1.0, 0.0], np.float32)
    np.testing.assert_array_equal(drawn(show), before)
    show.toggle_pause()
    assert (drawn(show) != before).any()


def test_resizing_draws_as_a_film_of_that_size(laid_out_for_drags, show, scene):
    show.resize((300, 400))
    np.testing.assert_array_equal(drawn(show), expected(scene, size=(300, 400)))


def test_a_setting_that_cannot_be_leaves_all_as_it_was(show, scene):
    with pytest.raises(OptionError, match="unknown colour map"):
        show.change(cmap="no such map")
    assert show.settings.cmap is None
    np.testing.assert_array_equal(drawn(show), expected(scene))


def test_the_gain_reaches_the_sound(show, feed):
    show.change(gain_db=12.0)
    assert feed.gain_db == 12.0
    show.change(gain_db=None)
    assert feed.gain_db is None


def test_the_status_says_what_is_wrong(show, feed):
    show.draw()
    feed.message = "the sound device is gone; waiting for it"
    status = show.status
    assert status.message == feed.message
    assert "7 lost" in status.text
    assert status.n_lost == 7
    assert not status.capturing


def test_delays_count_from_the_sample_to_its_picture(show, feed):
    now_s = time.monotonic()
    for delay_ms in (40, 50, 60):
        feed.due_s = now_s
        show.draw()
        show.finished(now_s + delay_ms / 1e3)
    assert show.delays.percentile(50) == pytest.approx(50, abs=0.6)
    assert show.delays.percentile(99) == pytest.approx(60, abs=0.6)


def test_percentiles_of_delays_are_numpys(rng):
    values = rng.gamma(3.0, 20.0, 5000)
    delays = Delays()
    assert delays.percentile(50) is None
    for value in values:
        delays.add(value)
    for percent in (1, 50, 95, 99, 100):
        assert delays.percentile(percent) == pytest.approx(
            np.percentile(values, percent, method="inverted_cdf"), abs=0.5
        )


def test_settings_of_the_last_show_are_taken_up(laid_out_for_drags, scene, feed):
    film = open_film(scene, still=True)
    settings = replace(LiveSettings(), layout="axial", gain_db=-6.0, window=(50.0, 500.0))
    show = Show(film, feed, settings)
    assert feed.gain_db == -6.0
    with OffscreenContext() as context:
        show.attach(context, SIZE)
        np.testing.assert_array_equal(drawn(show), expected(scene, layout="axial", window=(50.0, 500.0)))
        show.detach()
