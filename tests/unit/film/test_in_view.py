"""Words on contacts that a frame does not show at full strength, against places on a ball."""

from fractions import Fraction

import numpy as np
import pytest

import corticast as cc
from corticast.core.geometry import full_strength
from corticast.core.geometry.surface_hits import are_on_surface
from corticast.core.model.scene import changed
from corticast.errors import OptionError
from corticast.film.in_view import in_view_of
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming
from corticast.film.words import caption_facts, caption_of, methods_of

# A ball with a radius of 80 mm in a volume of 192 mm; background is 0, so it is taken for a brain.
SHAPE, ZOOM_MM, RADIUS_MM = (48, 48, 48), 4.0, 80.0
# Four contacts on the right, two on the left, one on top, one deep.
POS_MM = np.array(
    [[79, 0, 0], [78, 10, 0], [78, 0, 12], [77, -15, 3], [-79, 0, 0], [-78, 12, 0], [0, 0, 80], [2, 3, -30]], float
)
X, Z = POS_MM[:, 0], POS_MM[:, 2]


def ball():
    affine = np.diag([ZOOM_MM] * 3 + [1.0])
    affine[:3, 3] = -ZOOM_MM * (np.array(SHAPE) - 1) / 2
    places = ZOOM_MM * (np.indices(SHAPE).reshape(3, -1).T - (np.array(SHAPE) - 1) / 2)
    inside = np.linalg.norm(places, axis=1).reshape(SHAPE) < RADIUS_MM
    return cc.Volume(np.asfortranarray(np.where(inside, 200, 0).astype(np.uint8)), affine)


BALL = ball()


def facts(*, drive=True, volume=BALL, **options):
    names = tuple(f"A{k}" for k in range(len(POS_MM)))
    values = cc.ArrayDrive(np.linspace(0, 1, 4 * len(POS_MM)).reshape(-1, 4), 2.0, names) if drive else None
    table = cc.Electrodes(names, POS_MM, columns={"group": ["A"] * len(names)})
    scene = cc.Scene(volume=volume, electrodes=table, drive=values, **options)
    film = open_film(scene, FilmTiming(size=(640, 360), fps=Fraction(10), duration=Fraction(1)))
    words = caption_of(film).split(" · ")
    return words[next(k for k, word in enumerate(words) if word.startswith("n = ")) :], film


def test_a_view_of_a_surface_says_how_many_contacts_are_behind():
    # From the right, a contact on the ball's top is on the outline. The head hides the two of the far half.
    words, film = facts(layout="right")
    assert words == ["n = 8 contacts, 5 in view", "small and faint: 1 behind the surface"]
    assert film.in_view.full.tolist() == [*(X[:6] > 0), True, False]
    assert [fact.short for fact in caption_facts(film)][-1] == "faint: 1 behind the surface"
    # The methods speak of data, not of a picture.
    assert "8 contacts show data." in methods_of(film)


@pytest.mark.parametrize("colour", [{}, {"color_by": "group"}])
def test_contacts_at_rest_say_what_faint_ones_are(colour):
    words, film = facts(drive=False, layout="right", **colour)
    assert words == ["n = 8 contacts, 5 in view", "small and faint: 1 behind the surface"]
    assert film.layout().foot is not None
    # A show may be fed: its contacts at rest say nothing.
    assert film.layout(planes_move=True).foot is None or bool(colour)


def test_a_single_picture_counts_the_contacts_of_its_own_planes():
    """A scene without activity sweeps; a picture of the scene rests."""
    names = tuple(f"A{k}" for k in range(len(POS_MM)))
    scene = cc.Scene(volume=BALL, electrodes=cc.Electrodes(names, POS_MM), layout="axial", theme="print")
    film = open_film(scene, FilmTiming(size=(640, 360)), still=True)
    assert film.in_view.full.all()
    rested = film.at_rest()
    np.testing.assert_array_equal(rested.in_view.full, np.abs(Z - rested.resting_mm[2]) <= 10)
    assert 0 < rested.in_view.full.sum() < len(names)
    # The picture is laid out for its own slice, and film frames for all slices.
    assert rested.layout().panels[0].pixels_per_mm > film.layout().panels[0].pixels_per_mm
    # Views of a single picture do not turn.
    turning = open_film(changed(scene, layout="right", spin=30), FilmTiming(size=(640, 360)), still=True)
    assert turning.in_view.full.all()
    assert turning.at_rest().in_view.full.sum() == 5


@pytest.mark.parametrize("options", [{"layout": "axial"}, {"layout": "anterior", "spin": 30}])
def test_panels_are_those_of_the_picture_or_of_the_film(options):
    """An egg, whose other slices are larger, and whose other sides are wider."""
    x, y, z = np.indices((40, 60, 50)) - np.array([19.5, 29.5, 24.5])[:, None, None, None]
    egg = ((x / 18) ** 2 + (y / 28) ** 2 + (z / 23) ** 2 < 1).astype(np.float32)
    volume = cc.Volume(egg, np.diag([3.0, 3.0, 3.0, 1.0]))
    contacts = cc.Electrodes(("A1",), np.array([[58.0, 88.0, 110.0]]))
    scene = cc.Scene(volume=volume, electrodes=contacts, **options)
    film = open_film(scene, FilmTiming(size=(360, 640)), still=True)
    for time, shown in ((None, film.at_rest()), (0, film)):
        found = cc.panels(scene, time=time, size=(360, 640))
        np.testing.assert_array_equal([each.affine for each in found], [each.affine for each in shown.layout().panels])
    picture, of_film = (cc.panels(scene, time=time, size=(360, 640))[0].pixels_per_mm for time in (None, 0))
    assert picture > 1.02 * of_film
    with pytest.raises(OptionError, match="time soon: not a finite number"):
        cc.panels(scene, time="soon")


@pytest.mark.parametrize("n_channels", [3, 4])
def test_the_surface_of_a_volume_of_colours_hides_as_that_of_greys(n_channels):
    colours = np.repeat(BALL.voxels[..., None], n_channels, axis=3)
    words, film = facts(layout="right", render="surface", volume=cc.Volume(colours, BALL.affine))
    assert words == ["n = 8 contacts, 5 in view", "small and faint: 1 behind the surface"]
    assert film.in_view.full.tolist() == [*(X[:6] > 0), True, False]


def test_the_rays_of_a_view_are_cast_once(monkeypatch):
    _, film = facts(layout="lateral", side="both")
    cast = []
    monkeypatch.setattr(full_strength, "are_on_surface", lambda *given: cast.append(given) or are_on_surface(*given))
    assert in_view_of(film).full.sum() == 7
    assert len(cast) == len(film.layout().views) == 2


def test_glass_dims_the_far_half():
    words, _ = facts(layout="right", render="glass")
    assert words == ["n = 8 contacts", f"small and faint: {(X < 0).sum()} in the far half"]


def test_a_slice_says_how_many_contacts_are_off_it():
    near = np.abs(Z - 2) <= 10
    words, _ = facts(layout="axial", plane_mm=(0, 0, 2))
    assert words == [f"n = 8 contacts, {near.sum()} in view", f"small and faint: {(~near).sum()} off the slice"]


def test_a_sagittal_slice_leaves_the_other_half_out():
    near, own_side = np.abs(X - 78) <= 10, X >= 0
    words, _ = facts(layout="sagittal", plane_mm=(78, 0, 0))
    faint = own_side & ~near
    assert words == [f"n = 8 contacts, {near.sum()} in view", f"small and faint: {faint.sum()} off the slice"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"layout": "grid"}, "small and faint: off the slices"),
        ({"layout": "axial | right"}, "small and faint: off the slice or behind the surface"),
        ({"layout": "lateral", "side": "both"}, "small and faint: behind the surface"),
        ({"layout": "right", "spin": 30.0}, "small and faint: behind the surface"),
        ({"layout": "axial", "sweep": "full"}, "small and faint: off the slice"),
        ({"layout": "right", "electrode_depth": "all"}, None),
        ({"layout": "right", "ghosts": "off"}, None),
        ({"layout": "axial", "plane_mm": (0, 0, 0), "electrode_depth": 90.0}, None),
    ],
)
def test_several_panels_and_moving_ones_say_where_without_a_number(options, words):
    found, _ = facts(**options)
    assert found[1:] == ([words] if words else [])


def test_two_sides_show_the_contacts_of_both():
    (counted, _), film = facts(layout="lateral", side="both")
    assert film.in_view.full.tolist() == [*[True] * 7, False]
    assert counted == "n = 8 contacts, 7 in view"


def test_without_ghosts_the_number_in_view_stays():
    assert facts(layout="right", ghosts="off")[0] == ["n = 8 contacts, 5 in view"]


def test_in_a_mosaic_a_contact_is_faint_only_where_no_slice_shows_it():
    """Each slice has the contacts of its slab; a ghost of them in the other slices would be dust."""
    pos = np.array([[-30.0, 0, -20], [-30, 10, 0], [-30, 20, 24], [-30, 0, 60]])
    table = cc.Electrodes(tuple("abcd"), pos)
    film = open_film(cc.Scene(volume=BALL, electrodes=table, layout="axial@-20,0,20", electrode_depth=5), still=True)
    assert film.in_view.full.tolist() == [True, True, True, False]
    assert film.in_view.off_slices.tolist() == [False, False, False, True]
    single = open_film(cc.Scene(volume=BALL, electrodes=table, layout="axial@0", electrode_depth=5), still=True)
    assert single.in_view.off_slices.tolist() == [True, False, True, True]
