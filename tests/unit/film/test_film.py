"""What the frames of a film show, without drawing any."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import scipy
from tests.volumes import FPS, volume_of

from corticast.core.geometry import placement
from corticast.core.geometry.arrange import arrange
from corticast.core.geometry.cells import SliceCell
from corticast.core.model.scene import Scene
from corticast.core.model.trees import Beside
from corticast.core.model.types import Electrodes, SampledSound, Volume
from corticast.dsp.drive import ArrayDrive
from corticast.errors import OptionError
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming


def test_a_sweep_shows_slice_floor_of_k_n_over_n_frames():
    film = open_film(Scene(volume=volume_of(), sweep="full"), FilmTiming(fps=FPS, frames=45))
    shown = np.array([film.frame(k).planes_mm for k in range(45)])
    for axis, (n, first) in enumerate(zip((20, 30, 24), (-20, -30, -24), strict=True)):
        # L to R, P to A, I to S, through voxel centres.
        assert shown[:, axis].tolist() == [first + 2.0 * (k * n // 45) for k in range(45)]


def test_content_leaves_out_the_empty_margins():
    film = open_film(Scene(volume=volume_of()), FilmTiming(fps=FPS))
    x, y, z = film.moving_mm
    assert (x[0], x[-1]) == (-20 + 2 * 4, -20 + 2 * 14)
    assert (y[0], y[-1]) == (-30 + 2 * 3, -30 + 2 * 27)
    assert (z[0], z[-1]) == (-24 + 2 * 6, -24 + 2 * 19)
    # By itself a sweep gives the longest axis a frame for each slice.
    assert film.n_frames == 25


@pytest.mark.parametrize("zooms", [(1.0, 1.0, 1.0), (0.7, 0.7, 5.5)])
def test_content_of_an_oblique_volume_is_that_of_its_world_slices(zooms):
    """A ball in a turned grid: planes run from side to side of it, not of the grid that holds it."""
    shape = np.round(100 / np.array(zooms)).astype(int)
    affine = np.eye(4)
    turn = scipy.spatial.transform.Rotation.from_euler("xyz", (20, -15, 30), degrees=True)
    affine[:3, :3] = turn.as_matrix() @ np.diag(zooms)
    affine[:3, 3] = (4.0, -7.0, 11.0) - affine[:3, :3] @ ((shape - 1) / 2)
    grid = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1)
    pos_mm = grid @ affine[:3, :3].T + affine[:3, 3]
    ball = np.linalg.norm(pos_mm - (4.0, -7.0, 11.0), axis=-1) < 30
    film = open_film(Scene(volume=Volume(np.asfortranarray(200 * ball.astype(np.uint8)), affine)), FilmTiming(fps=FPS))
    slack_mm = 2 * max(2, *zooms)
    for planes, middle in zip(film.moving_mm, (4.0, -7.0, 11.0), strict=True):
        assert planes[0] == pytest.approx(middle - 30, abs=slack_mm)
        assert planes[-1] == pytest.approx(middle + 30, abs=slack_mm)


def test_with_sound_the_planes_rest_near_the_electrodes():
    pos = np.array([[-11.0, 5.0, 3.2], [9.0, 8.0, -7.0], [2.2, 6.0, 1.0]])
    sound = SampledSound(np.ones((1, 44100), np.float32), 44100)
    scene = Scene(volume=volume_of(), electrodes=Electrodes(("a", "b", "c"), pos), audio=sound)
    film = open_film(scene, FilmTiming(fps=FPS))
    # The contact nearest the centroid is the third; planes are moved onto voxel centres, ties to the larger.
    assert film.resting_mm == (2.0, 6.0, 2.0)
    assert film.moving_mm is None
    assert film.n_frames == 30
    # Without a drive each of the three groups picks its own entry of a table of 256 colours.
    assert film.frame(0).activity.tolist() == np.float32([0, 1 / 255, 2 / 255]).tolist()


def most_in_a_slab(pos_mm, depth_mm):
    """x of the contact with most contacts within a distance in x, the nearest to the centroid first: a loop."""
    away = [np.linalg.norm(one - pos_mm.mean(axis=0)) for one in pos_mm]
    counts = [sum(abs(one[0] - other[0]) <= depth_mm for other in pos_mm) for one in pos_mm]
    return min(zip(-np.array(counts), away, pos_mm[:, 0], strict=True))[2]


@pytest.mark.parametrize(("depth", "depth_mm"), [(3.0, 3.0), (10.0, 10.0), ("all", 10.0)])
def test_the_sagittal_plane_holds_most_contacts_where_contacts_lie_on_both_sides(depth, depth_mm):
    random = np.random.default_rng(5)
    for n_left, n_right in ((20, 11), (1, 6), (9, 9)):
        pos = random.uniform(2, 40, (n_left + n_right, 3))
        pos[:n_left, 0] *= -1
        table = Electrodes(tuple(map(str, range(len(pos)))), pos)
        found = open_film(Scene(electrodes=table, electrode_depth=depth, layout="sagittal"), still=True).resting_mm
        nearest = pos[np.argmin(np.linalg.norm(pos - pos.mean(axis=0), axis=1))]
        assert found == pytest.approx((most_in_a_slab(pos, depth_mm), *nearest[1:]))
        # Contacts of one side keep the contact nearest the centroid.
        one_side = Electrodes(table.names, np.abs(pos))
        nearest = np.abs(pos)[np.argmin(np.linalg.norm(np.abs(pos) - np.abs(pos).mean(axis=0), axis=1))]
        scene = Scene(electrodes=one_side, electrode_depth=depth, layout="sagittal")
        assert open_film(scene, still=True).resting_mm == pytest.approx(tuple(nearest))


def test_an_excerpt_is_that_part_of_the_whole():
    values = np.linspace(0, 1, 101)[None]
    scene = Scene(electrodes=Electrodes(("a",), np.zeros((1, 3))), drive=ArrayDrive(values, 10.0, ["a"]))
    whole = open_film(scene, FilmTiming(fps=FPS))
    part = open_film(scene, FilmTiming(fps=FPS, start=Fraction(2), duration=Fraction(1)))
    assert whole.n_frames == 303
    assert part.n_frames == 30
    for k in range(30):
        assert part.frame(k).activity == pytest.approx(whole.frame(60 + k).activity)
        assert part.frame(k).activity[0] == pytest.approx((2 + k / 30) / 10, abs=1e-6)
    assert part.frame(15).clock == "0:02.5"
    assert part.at(Fraction("0.5")).activity == pytest.approx(part.frame(15).activity)
    assert part.still().clock == ""


def test_a_time_after_the_end_is_refused():
    film = open_film(Scene(volume=volume_of()), FilmTiming(fps=FPS, frames=30))
    with pytest.raises(OptionError, match="time 1"):
        film.at(Fraction(1))


def test_a_start_beyond_the_data_is_blamed_on_the_start():
    drive = ArrayDrive(np.ones((2, 3)), 1.0, None, rests_outside=True)
    scene = Scene(electrodes=Electrodes(("a", "b"), np.eye(3)[:2]), drive=drive)
    with pytest.raises(OptionError, match="start 99: the sound or activity ends at 3 s"):
        open_film(scene, FilmTiming(fps=FPS, start=Fraction(99)))


@pytest.mark.parametrize(
    ("spin", "n_frames", "n_turns"), [(20, 300, 1), (-20, 300, -1), (50, 300, 1), (60, 300, 2), (1, 7, 1), (36, 300, 1)]
)
def test_a_seamless_film_turns_by_whole_turns(spin, n_frames, n_turns):
    electrodes = Electrodes(("A", "B"), np.array([[0.0, 0, 0], [9, 0, 0]]))
    scene = Scene(electrodes=electrodes, layout="3d", spin=spin, seamless=True)
    film = open_film(scene, FilmTiming(fps=Fraction(30), frames=n_frames))
    angles = np.array([film.frame(k).turn_deg for k in range(n_frames)])
    steps = (np.diff([*angles, angles[0]]) + 180) % 360 - 180
    # The step from the last frame to the first is like all others.
    np.testing.assert_allclose(steps, (n_turns * 360 / n_frames + 180) % 360 - 180, atol=1e-9)
    reported = [text for text in film.warnings if "--seamless" in text]
    shown = n_turns * 360 * 30 / n_frames
    words = f"--seamless: the views turn by {shown:.4g} degrees per second instead of {spin}".replace(" -", " −")
    assert reported == ([] if shown == spin else [words])


def test_a_turn_of_more_than_an_hour_wants_a_duration():
    electrodes = Electrodes(("a", "b"), np.eye(3)[:2])
    scenes = [Scene(electrodes=electrodes, layout="3d", spin=spin) for spin in (0.1, -0.0999, 0.0001)]
    assert open_film(scenes[0], FilmTiming(fps=FPS)).duration_s == 3600
    for scene in scenes[1:]:
        with pytest.raises(OptionError, match=r"spin -?0\.0.*: a turn takes .* h; give a duration"):
            open_film(scene, FilmTiming(fps=FPS))
        assert open_film(scene, FilmTiming(fps=FPS, duration=Fraction(2))).n_frames == 2 * FPS


def test_contacts_in_the_slab_are_counted():
    pos = np.array([[0.0, 0, 0], [0, 0, 14.0], [15, 0, 14.0], [np.nan, 0, 0]])
    scene = Scene(volume=volume_of(), electrodes=Electrodes(tuple("abcd"), pos), layout="axial", plane_mm=(0, 0, 0))
    assert open_film(scene, FilmTiming(fps=FPS, frames=1)).n_contacts() == (3, 1)
    # Three axial slices; two of them have planes of their own.
    box = np.array([[-20.0, -20, -20], [20, 20, 20]])
    cells = Beside((SliceCell("axial", 14.0), SliceCell("axial"), SliceCell("axial", 30.0)))
    three = arrange([cells], box, (300, 100))
    assert open_film(scene, FilmTiming(fps=FPS, frames=1)).n_contacts(three) == (3, 3)
    every = replace(scene, electrode_depth="all")
    assert open_film(every, FilmTiming(fps=FPS, frames=1)).n_contacts() == (3, 3)


def test_contacts_are_placed_once_per_film(monkeypatch):
    calls = []
    place = placement.place
    monkeypatch.setattr(placement, "place", lambda *args, **named: calls.append(args) or place(*args, **named))
    scene = Scene(volume=volume_of(), electrodes=Electrodes(("a", "b"), np.array([[0.0, 0, 0], [0, 0, 14.0]])))
    film = open_film(scene, FilmTiming(fps=FPS, frames=1))
    assert len(calls) == 1
    np.testing.assert_array_equal(film.placed.pos, scene.electrodes.pos)


def test_a_film_with_another_gain_is_laid_out_no_more():
    """The flash limit finds a gain on a film that is laid out already; a gain moves no panel."""
    table = Electrodes(("a", "b"), np.array([[0.0, 0, 0], [0, 0, 14.0]]))
    drive = ArrayDrive(np.ones((2, 3), np.float32), 1.0, table.names)
    film = open_film(Scene(volume=volume_of(), electrodes=table, drive=drive), FilmTiming(fps=FPS, frames=1))
    layout = film.layout()
    lower = film.with_gain(0.5)
    assert (lower.gain, film.gain) == (0.5, 1.0)
    assert lower.layout() is layout
