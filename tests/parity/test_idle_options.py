"""Where the table says that an option of the picture does nothing, and only there, no pixel changes."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from corticast.app.render.drawing import compositor_of
from corticast.core.geometry.panels import Motion
from corticast.core.model.labels import LABELS
from corticast.core.model.options import table_of
from corticast.core.model.scene import PictureOptions, Scene, changed
from corticast.core.model.types import Electrodes, Picture, Volume
from corticast.dsp.drive import ArrayDrive
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming
from tests.fonts import DEJAVU

pytestmark = pytest.mark.gl

TIMING = FilmTiming(size=(192, 128), duration=Fraction(2))

# A value of each option that a picture of these scenes shows; of the depth two, as "all" is another thing than 0 mm.
OTHER = [
    ("side", "right"),
    ("view", (30, 10)),
    ("spin", 90),
    ("seamless", True),
    ("render", "mip"),
    ("surface_level", 30),
    ("plane_mm", (3, 4, 5)),
    ("sweep", "full"),
    ("fit", "volume"),
    ("convention", "radiological"),
    ("sagittal_nose", "left"),
    ("window", (10, 60)),
    ("interpolation", "nearest"),
    ("cmap", "viridis"),
    ("cmap_mid", 0.8),
    ("electrode_cmap", "viridis"),
    ("electrode_size", (20, 60)),
    ("electrode_style", "glow"),
    ("electrode_style", "ball"),
    ("electrode_style", "ring"),
    ("electrode_depth", 0),
    ("electrode_depth", "all"),
    ("select", "a,c"),
    ("exclude", "b*"),
    ("names", "all"),
    ("color_by", "u"),
    ("size_by", "u"),
    ("threshold", 3),
    ("symmetric", True),
    ("bar_title", "Title of the bar"),
    ("labels", "none"),
    ("title", "Title"),
    ("caption", "Words at the foot"),
    ("font_size", 45),
    ("font", DEJAVU),
    ("theme", "light"),
    ("background", "white"),
    ("ghosts", "off"),
]


def volume_of(*, coloured=False):
    i, j, k = np.indices((14, 18, 16))
    inside = ((i - 6.2) / 6) ** 2 + ((j - 8.4) / 7) ** 2 + ((k - 7.3) / 6) ** 2 < 1
    values = np.where(inside, 40 + 3 * i + 2 * j + k, 0).astype(np.uint8)
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    affine[:3, 3] = -14, -18, -16
    if coloured:
        values = np.stack([values, values[::-1], values[:, ::-1]], axis=-1)
    return Volume(values, affine)


def electrodes_of(n_dimensions=3):
    pos = np.array([[-9.0, 2, 3], [-6, -8, 1], [-4, 6, -5], [-1, 0, 8], [11, -1, -14]])
    pos = pos if n_dimensions == 3 else np.abs(pos[:, :2]) * 4 + 5
    columns = {"t": tuple("12345"), "u": tuple("53142")}
    return Electrodes(tuple("abcde"), pos, space="world" if n_dimensions == 3 else "picture", columns=columns)


def drive():
    return ArrayDrive(np.linspace(0.2, 1, 15, dtype=np.float32).reshape(5, 3), 1.0, tuple("abcde"))


def inputs_of(kind):
    if kind == "picture":
        pixels = np.arange(40 * 60 * 3, dtype=np.uint32).reshape(40, 60, 3).astype(np.uint8)
        return {"image": Picture(pixels), "electrodes": electrodes_of(2), "drive": drive()}
    values = {}
    if "volume" in kind or "colours" in kind:
        values["volume"] = volume_of(coloured="colours" in kind)
    if "contacts" in kind or "columns" in kind:
        values["electrodes"] = electrodes_of()
    if "contacts" in kind:
        values["drive"] = drive()
    return values


def pixels_of(context, scene):
    """A frame in the middle of a film, or a still with planes and head at rest."""
    film = open_film(scene, TIMING, still=True)
    yield compositor_of(context, film, TIMING.size).draw(film.frame(20)).read().copy()
    yield compositor_of(context, film, TIMING.size, motion=Motion()).draw(film.still()).read().copy()


def drawn_with(context, scene, labels, size):
    film = open_film(changed(scene, labels=labels), replace(TIMING, size=size), still=True)
    return compositor_of(context, film, size, motion=Motion()).draw(film.frame(20)).read().copy()


CASES = {
    "volume": ("ortho", "sagittal", "grid", "lateral", "3d", "axial@2 | 3d"),
    "volume contacts": ("ortho", "axial", "sagittal", "grid", "lateral", "3d", "left | coronal@1,2 / 3d@9,9"),
    "contacts": ("ortho", "grid", "lateral"),
    "colours contacts": ("ortho", "3d"),
    "picture": ("ortho",),
}


@pytest.mark.parametrize(("kind", "layout"), [(kind, layout) for kind in CASES for layout in CASES[kind]])
def test_an_idle_option_changes_no_pixel_and_any_other_does(current_gl, kind, layout):
    assert_idle_options_are_known(current_gl, kind, layout=layout)


def test_options_of_a_surface_are_known_idle_in_a_maximum(current_gl):
    assert_idle_options_are_known(current_gl, "volume contacts", layout="lateral", render="mip")


@pytest.mark.parametrize(("layout", "columns"), [("ortho", {}), ("lateral", {"color_by": "t"})])
def test_options_of_columns_are_known_idle_without_one(current_gl, layout, columns):
    assert_idle_options_are_known(current_gl, "volume columns", layout=layout, **columns)


# A label beside which each one is tried. Without labels frames have no margins, and captions of slices share a room.
BESIDE = dict.fromkeys(LABELS, "clock") | {"slice": "mm", "mm": "slice"}

# Scenes that lack labels: of the third to the sixth the slices do not cross, or no view looks along them.
LABELLED = [
    ("volume", "grid"),
    ("volume", "lateral"),
    ("volume", "axial | superior"),
    ("volume", "axial@2,4 | 3d@90,10"),
    ("volume", "coronal | 3d@90,0"),
    ("volume", "sagittal@1 / sagittal"),
    ("volume", "axial | left"),
    ("volume", "coronal / 3d@0,0"),
    ("contacts", "ortho"),
    ("colours", "3d"),
    ("picture", "ortho"),
]


@pytest.mark.parametrize(("kind", "layout"), LABELLED)
def test_an_idle_label_changes_no_pixel_and_any_other_does(current_gl, kind, layout):
    scene = changed(Scene(**inputs_of(kind), layout=layout), caption="none")
    option, size, wrong = table_of(PictureOptions)["labels"], (288, 192), []
    bare = {label: drawn_with(current_gl, scene, [label], size) for label in {*BESIDE.values()}}
    for label, beside in BESIDE.items():
        if label != beside:
            is_idle = option.why_idle({label}, [changed(scene, labels=label).facts]) is not None
            is_same = np.array_equal(bare[beside], drawn_with(current_gl, scene, [beside, label], size))
            if is_same != is_idle:
                wrong.append((label, "is idle" if is_same else "is not idle"))
    assert wrong == []


def test_every_option_of_the_picture_is_tried():
    # Scenes above have each layout, and a space of electrodes is a matter of placing them.
    assert {name for name, _ in OTHER} == table_of(PictureOptions).keys() - {"layout", "electrodes_space"}


def assert_idle_options_are_known(current_gl, kind, **options):
    # Planes that move would hide where they rest.
    scene = Scene(**inputs_of(kind), **options)
    # So thin a slab that each slice has ghosts.
    scene = changed(scene, electrode_depth=3.0, labels=("letters", "mm", "slice", "title", "colorbar"))
    table = table_of(PictureOptions)
    before = list(pixels_of(current_gl, scene))
    wrong = []
    for name, value in OTHER:
        if options.get(name) == value:
            continue
        other = changed(scene, **{name: value})
        is_idle = table[name].why_idle(value, [other.facts]) is not None
        # The second picture is drawn only if the first one is the same.
        is_same = all(np.array_equal(old, new) for old, new in zip(before, pixels_of(current_gl, other), strict=False))
        if is_same != is_idle:
            wrong.append((name, value, "is idle" if is_same else "is not idle"))
    assert wrong == []
