"""Large numbers in words: no exponent of Python's, no letter for a power of ten."""

import re

import numpy as np
import pytest

import corticast as cc
from corticast.film.opening import open_film
from corticast.film.size_words import sizes_line
from corticast.film.timing import FilmTiming

POS = np.array([[-40.0, 0, 0], [-40, 10, 0], [-40, 20, 0]])
TABLE = cc.Electrodes(("A1", "A2", "A3"), POS)


def film_of(*, values=1.0, full_scale=1.0, speed=1, **options):
    drive = cc.ArrayDrive(np.full((3, 50), values, np.float32), 10.0, TABLE.names, full_scale=full_scale)
    return open_film(cc.Scene(electrodes=TABLE, drive=drive, **options), FilmTiming.of(speed=speed))


def test_values_beyond_full_scale():
    (line,) = [each for each in film_of(values=5e9, full_scale=1.5e6).warnings if "full scale" in each]
    assert "full scale of 1.5e6 and" in line


def test_diameters():
    assert "1000 at rest, 1050 at full" in sizes_line(film_of(electrode_size=(1000, 1050)))


@pytest.mark.parametrize(("speed", "text"), [("0.00001", "×1e−5"), ("0.3333333", "×0.3333")])
def test_clock(speed, text):
    assert re.split(r"\s+", film_of(speed=speed).frame(0).clock)[0] == text
