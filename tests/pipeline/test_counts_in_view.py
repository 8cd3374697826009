"""Contacts that captions count in views from outside, against discs in the picture, which SciPy labels and counts."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import ndimage

import corticast as cc
from corticast.core.geometry.camera import Camera
from corticast.core.model.scene import changed
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming

SIZE = (600, 600)
ZOOM_MM, SHAPE = 2.5, (64, 76, 60)
AFFINE = np.diag([ZOOM_MM] * 3 + [1.0])
AFFINE[:3, 3] = -ZOOM_MM * (np.array(SHAPE) - 1) / 2


def grooved_brain():
    """A ball with sulci of 20 mm: a ray to a contact seldom meets the surface above the contact first."""
    pos = np.moveaxis(np.indices(SHAPE), 0, -1) * ZOOM_MM + AFFINE[:3, 3]
    noise = ndimage.gaussian_filter(np.random.default_rng(5).normal(size=SHAPE), 3)
    depth_mm = 10 * noise / noise.std()
    radius = np.linalg.norm(pos / [0.95, 1.15, 0.85], axis=-1)
    return cc.Volume(np.asfortranarray(np.where(radius + np.abs(depth_mm) < 72, 200, 0).astype(np.uint8)), AFFINE)


def contacts(camera):
    """Contacts all over the brain and a little beyond, too far apart to overlap in a view."""
    pos = np.random.default_rng(7).uniform(-80, 80, (4000, 3))
    pos = pos[np.linalg.norm(pos / [0.95, 1.15, 0.85], axis=1) < 74]
    kept = []
    for k, place in enumerate(camera.seen(pos)[:, :2]):
        if all(np.hypot(*(place - camera.seen(pos[other])[:2])) > 9 for other in kept):
            kept.append(k)
    names = tuple(f"G{k}" for k in kept)
    return cc.Electrodes(names, pos[kept], columns={"group": ["G"] * len(kept)})


BRAIN = grooved_brain()


def n_parts(mask):
    """Parts of a mask of more than two pixels."""
    parts, _ = ndimage.label(mask, np.ones((3, 3)))
    return int((np.bincount(parts.ravel())[1:] > 2).sum())


@pytest.mark.parametrize(("layout", "viewer"), [("inferior", (90, -90)), ("left", (180, 0)), ("3d@150,20", (150, 20))])
def test_as_many_contacts_are_in_view_as_discs_are_drawn(layout, viewer, gl):
    brain = cc.Scene(volume=BRAIN, layout=layout, labels="none", render="surface", fit="volume")
    table = contacts(Camera(*viewer, np.zeros(3)))
    scene = changed(brain, electrodes=table, color_by="group", electrode_size=(10, 10), caption="none")
    film = open_film(scene, FilmTiming(size=SIZE, fps=Fraction(10), duration=Fraction(1)))
    counted = film.in_view
    bare = cc.frame(brain, size=SIZE).astype(int)
    without_ghosts = cc.frame(changed(scene, ghosts="off"), size=SIZE).astype(int)
    drawn = cc.frame(scene, size=SIZE).astype(int)
    n_full = n_parts(np.abs(without_ghosts - bare).max(axis=2) > 20)
    n_ghosts = n_parts(np.abs(drawn - without_ghosts).max(axis=2) > 4)
    assert (n_full, n_ghosts) == (counted.full.sum(), counted.behind.sum())
    assert n_full > 10
    assert n_ghosts > 10
