"""What reports and methods say of the diameters of contacts."""

from fractions import Fraction

import numpy as np
import pytest

import corticast as cc
from corticast.film.opening import open_film
from corticast.film.size_words import sizes_line
from corticast.film.timing import FilmTiming
from corticast.film.words import methods_of


def film_of(step_mm=10.0, *, drive=True, columns=None, **options):
    """A grid of 4 x 4 in a volume of 200 mm."""
    rows, at = np.indices((4, 4)).reshape(2, -1)
    pos = np.stack([np.full(16, 20.0), step_mm * at, step_mm * rows], axis=1)
    affine = np.eye(4)
    affine[:3, 3] = -100
    names = tuple(f"G{i}" for i in range(1, 17))
    table = cc.Electrodes(names, pos, "world", columns=columns or {})
    made = {"drive": cc.ArrayDrive(np.ones((16, 3)), 1.0, names, full_scale=1.0)} if drive else {}
    scene = cc.Scene(
        volume=cc.Volume(np.ones((200, 200, 200), np.uint8), affine),
        electrodes=table,
        layout="sagittal",
        **made,
        **options,
    )
    return open_film(scene, FilmTiming(size=(1920, 1080), duration=Fraction(1)), still=True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "contact diameters: 3.32 mm at rest, 9.5 mm at full activity, neighbours 10 mm apart"),
        ({"drive": False}, "contact diameters: 4.75 mm, neighbours 10 mm apart"),
        ({"electrode_size": "1mm,4mm"}, "contact diameters: 1 mm at rest, 4 mm at full activity"),
        (
            {"electrode_size": (6, 40)},
            "contact diameters: 6 at rest, 40 at full activity, in pixels of a frame with 1080 lines",
        ),
        ({"electrode_size": "table", "columns": {"size": ("4.15",) * 16}}, "contact diameters: 2.3 mm"),
    ],
)
def test_the_report_names_diameters_and_spacing(options, words):
    assert sizes_line(film_of(**options)) == words


def test_the_report_says_where_neighbours_touch():
    words = sizes_line(film_of(0.8))
    assert "neighbours 0.8 mm apart; on the smallest panel up to " in words
    share = float(words.partition("up to ")[2].split()[0])
    layout = cc.panels(film_of(0.8).scene, size=(1920, 1080))
    assert share == pytest.approx(8 / (0.8 * layout[0].pixels_per_mm), rel=0.05)


def test_methods_name_the_diameters():
    assert "diameters from 3.32 to 9.5 mm follow activity." in methods_of(film_of())
    text = methods_of(film_of(electrode_size="table", columns={"size": ("4.15",) * 16}))
    assert "diameters of 2.3 mm do not follow activity." in text
