"""Views of glass where a surface hides most contacts, against depths in a ball."""

import numpy as np
import pytest
from tests.unit.film.test_in_view import BALL, RADIUS_MM

import corticast as cc
from corticast.core.geometry import seen_as
from corticast.core.geometry.contact_strengths import ghost_scale
from corticast.core.geometry.full_strength import FullStrength
from corticast.core.geometry.placement import placed_of, selected_of
from corticast.core.geometry.seen_as import n_under, render_of_views
from corticast.film.opening import open_film

# Directions between those from which contacts are looked at.
_AWAY = np.array([[3.0, 1, 2], [-1, 2, 3], [2, -3, 1], [1, 1, -4], [-2, -2, 1], [-4, 1, 0.5]])
DIRECTIONS = _AWAY / np.linalg.norm(_AWAY, axis=1)[:, None]


def scene_at(depths_mm, **options):
    """A ball with contacts that lie so deep under its surface."""
    pos_mm = (RADIUS_MM - np.asarray(depths_mm, float))[:, None] * DIRECTIONS[: len(depths_mm)]
    table = cc.Electrodes(tuple(f"A{k}" for k in range(len(pos_mm))), pos_mm)
    return cc.Scene(volume=BALL, electrodes=table, **{"layout": "lateral", **options})


def render_in(scene):
    return render_of_views(scene, selected_of(scene, placed_of(scene)))


@pytest.mark.parametrize(
    ("depths_mm", "options", "render"),
    [
        ([0, 2, 4, 60, 60, 60], {}, "surface"),
        ([0, 2, 50, 60, 70, 60], {}, "glass"),
        ([0, 2, 50, 60, 70, 60], {"render": "surface"}, "surface"),
        ([0, 2, 50, 60, 70, 60], {"render": "mip"}, "mip"),
        ([0, 2, 50, 60, 70, 60], {"select": ("A0", "A1", "A2")}, "surface"),
        ([0, 2, 50, 60, 70, 60], {"exclude": ("A0",)}, "glass"),
        ([-5, -8], {}, "surface"),
    ],
)
def test_contacts_of_which_most_lie_deep_are_seen_in_glass(depths_mm, options, render):
    assert render_in(scene_at(depths_mm, **options)) == render


def test_no_contacts_leave_the_surface():
    assert render_of_views(cc.Scene(volume=BALL, layout="lateral"), None) == "surface"


HEAD = cc.Volume(BALL.voxels, np.diag([1.2, 1.2, 1.2, 1]) @ BALL.affine)


@pytest.mark.parametrize(
    ("depths_mm", "render"),
    [((), "surface"), ((0.0, -4, 2), "surface"), ((40.0, 50, 60), "glass"), ((0.0, -4, 60), "glass")],
)
def test_a_whole_head_is_of_glass_for_contacts_within_alone(depths_mm, render, gl):
    """A ball of 3.7 litres. Its middle is lit as skin is, or as dark as a shell of glass."""
    pos_mm = (1.2 * RADIUS_MM - np.array(depths_mm))[:, None] * DIRECTIONS[: len(depths_mm)]
    table = cc.Electrodes(tuple(f"A{k}" for k in range(len(pos_mm))), pos_mm) if depths_mm else None
    scene = cc.Scene(volume=HEAD, electrodes=table, layout="left", labels="none")
    assert render_of_views(scene, None if table is None else placed_of(scene)) == render
    (camera,) = [panel.affine for panel in cc.panels(scene, size=(120, 120))]
    # Away from contacts.
    column, row = np.rint(np.asarray(camera)[:, -1] + np.array([-20, 20])).astype(int)
    shade = cc.frame(scene, size=(120, 120))[row - 3 : row + 4, column - 3 : column + 4].mean()
    assert (shade > 120) == (render == "surface")
    assert shade > 120 or shade < 60


def test_the_report_says_why_views_are_of_glass():
    deep = scene_at([0, 2, 50, 60, 70, 60])
    line = "views: glass, since 4 of 6 contacts lie under the surface; give --render surface for the surface"
    for scene, says in (
        (deep, True),
        (scene_at([0, 2, 50, 60, 70, 60], render="glass"), False),
        (scene_at([0, 2, 50, 60, 70, 60], layout="axial"), False),
        (scene_at([0] * 6), False),
    ):
        film = open_film(scene, still=True)
        assert (line in film.warnings) == says
    ghosts = open_film(scene_at([0, 2, 50, 60, 70, 60], ghosts="off"), still=True)
    assert f"{line}, since --ghosts off changes nothing in glass" in ghosts.warnings
    film = open_film(deep, still=True)
    assert film.in_view.full.all()
    assert film.in_view.in_glass


def test_contacts_are_looked_at_once(monkeypatch):
    cast = []
    real = seen_as.are_on_surface
    monkeypatch.setattr(seen_as, "are_on_surface", lambda *given: cast.append(given) or real(*given))
    scene = scene_at([1, 47, 48, 49, 50, 51])
    for _ in range(3):
        placed = placed_of(scene)
        assert n_under(scene, placed) == 5
    assert len(cast) == 14


def test_a_surface_shows_no_ghosts_of_the_far_half():
    """Contacts of a ball's middle part, seen from the left: near ones are ghosts, and far ones absent."""
    x_mm = np.array([-50.0, -10, 3, 6, 40])
    table = cc.Electrodes(tuple("abcde"), x_mm[:, None] * [1.0, 0, 0])
    scene = cc.Scene(volume=BALL, electrodes=table, layout="left", render="surface")
    film = open_film(scene, still=True)
    (panel,) = film.layout().views
    strength = FullStrength(scene, film.placed, panel, film.layout().depths)
    assert not strength.seen().any()
    # Those up to 5 mm beyond the middle fade.
    assert strength.ghosts().tolist() == [True, True, True, False, False]
    assert film.in_view.behind.tolist() == [True, True, True, False, False]


def test_ghosts_are_wide_enough_for_their_colour():
    """At 0.55 of their contact's diameter, but 5 pixels at least, or as wide as contacts that are smaller."""
    full_px = np.array([100.0, 10, 8, 6, 5, 3, 0])
    np.testing.assert_allclose(ghost_scale(full_px) * full_px, [55, 5.5, 5, 5, 5, 3, 0])
