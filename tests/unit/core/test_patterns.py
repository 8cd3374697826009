"""Regular patterns, by pictures that NumPy makes: those of the guidelines, and those that look like them."""

from pathlib import Path

import numpy as np
import pytest

from corticast.core.patterns import pattern_share

HEIGHT, WIDTH = 90, 160
Y, X = np.mgrid[:HEIGHT, :WIDTH] + 0.5
LEAST_AREA = 0.25


def along(turn_deg):
    """Two axes, in heights of the picture."""
    turn = np.radians(turn_deg)
    return (X * np.cos(turn) + Y * np.sin(turn)) / HEIGHT, (Y * np.cos(turn) - X * np.sin(turn)) / HEIGHT


def share(picture):
    return pattern_share(np.asarray(picture, np.float32))


def wave(cycles):
    return np.sign(np.sin(2 * np.pi * (cycles + 0.1)))


def discs(n_rows, radius, turn_deg=0.0, *, in_rows=False):
    """Light discs on a dark ground: one radius for all, or one for each row and column."""
    across, down = (axis * n_rows for axis in along(turn_deg))
    radii = radius[np.floor(down).astype(int) % 40, np.floor(across).astype(int) % 40] if in_rows else radius
    return np.where(np.hypot(across % 1 - 0.5, down % 1 - 0.5) < radii, 0.7, 0.1)


@pytest.mark.parametrize("turn_deg", [0, 30, 90])
@pytest.mark.parametrize("n_pairs", [2, 7, 12])
def test_more_than_five_pairs_of_stripes_are_a_pattern(n_pairs, turn_deg):
    stripes = 0.4 + 0.2 * wave(n_pairs * along(turn_deg)[0])
    assert (share(stripes) >= LEAST_AREA) == (n_pairs > 5)


@pytest.mark.parametrize("turn_deg", [0, 20, 45])
@pytest.mark.parametrize("n_pairs", [2, 6, 9, 15])
def test_checks_are_a_pattern(n_pairs, turn_deg):
    across, down = along(turn_deg)
    checks = 0.4 + 0.2 * wave(n_pairs * across) * wave(n_pairs * down)
    assert (share(checks) >= LEAST_AREA) == (n_pairs > 5)


@pytest.mark.parametrize("turn_deg", [0, 30])
@pytest.mark.parametrize("n_rows", [3, 7, 10])
def test_a_dense_lattice_of_dots_is_a_pattern(n_rows, turn_deg):
    assert (share(discs(n_rows, 0.35, turn_deg)) >= LEAST_AREA) == (n_rows > 5)


@pytest.mark.parametrize("part", [1.0, 0.5, 0.3])
def test_a_pattern_counts_where_it_fills_a_quarter(part):
    checks = 0.4 + 0.2 * wave(9 * X / HEIGHT) * wave(9 * Y / HEIGHT)
    there = (part * WIDTH > X) & (part * HEIGHT > Y)
    assert (share(np.where(there, checks, 0.05)) >= LEAST_AREA) == (part**2 >= LEAST_AREA)


def test_faint_and_light_patterns_are_none():
    checks = wave(9 * X / HEIGHT) * wave(9 * Y / HEIGHT)
    assert share(0.4 + 0.03 * checks) == 0
    assert share(0.9 + 0.09 * checks) == 0


def test_texture_and_plain_pictures_are_none():
    rng = np.random.default_rng(0)
    assert share(rng.uniform(0, 1, (HEIGHT, WIDTH))) == 0
    assert share(np.full((HEIGHT, WIDTH), 0.5)) == 0
    frequencies = np.hypot(np.fft.fftfreq(HEIGHT)[:, None] * HEIGHT, np.fft.rfftfreq(WIDTH) * WIDTH)
    for power in (0.5, 1.0, 1.5):
        noise = rng.normal(size=frequencies.shape) / np.maximum(frequencies, 1) ** power
        cloud = np.fft.irfft2(noise, (HEIGHT, WIDTH))
        assert share(0.4 + 0.15 * cloud / cloud.std()) == 0


@pytest.mark.parametrize("n_rows", [8, 10])
def test_contacts_of_a_grid_are_a_pattern_only_if_they_are_alike(n_rows):
    """Grids that fill the picture: by their activity, contacts have other sizes; at rest all have one."""
    activity = np.random.default_rng(n_rows).uniform(0, 1, (40, 40))
    assert share(discs(n_rows, 0.1 + 0.3 * activity, 10, in_rows=True)) == 0
    assert share(discs(n_rows, np.full((40, 40), 0.34), 10, in_rows=True)) >= LEAST_AREA


def test_a_grid_of_contacts_on_a_small_part_is_none():
    there = (np.abs(X - 60) < 20) & (np.abs(Y - 45) < 20)
    assert share(np.where(there, discs(16, 0.35), 0.1)) == 0


@pytest.fixture(scope="module")
def template():
    """(x, y, z) of the MNI152 template in nilearn's wheel, 0..1."""
    import nibabel
    import nilearn

    path = Path(nilearn.__file__).parent / "datasets/data/mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz"
    voxels = np.asarray(nibabel.load(path).dataobj, np.float32)
    return np.clip(voxels / np.percentile(voxels, 99.5), 0, 1)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(("columns", "rows"), [(5, 3), (6, 4), (8, 5), (9, 5), (12, 7)])
def test_a_mosaic_of_slices_is_none(template, columns, rows, axis):
    size = template.shape[axis]
    places = np.linspace(0.2 * size, 0.85 * size, columns * rows).astype(int)
    width, height = WIDTH // columns, HEIGHT // rows
    mosaic = np.zeros((HEIGHT, WIDTH))
    for number, place in enumerate(places):
        image = np.rot90(np.moveaxis(template, axis, 0)[place])
        side = max(image.shape[0] / height, image.shape[1] / width)
        pixels = (np.mgrid[:height, :width] + 0.5) * side - 0.5 * (np.array([height, width]) * side)[:, None, None]
        row, column = (np.round(pixels[k] + image.shape[k] / 2).astype(int) for k in (0, 1))
        inside = (row >= 0) & (row < image.shape[0]) & (column >= 0) & (column < image.shape[1])
        tile = np.where(inside, image[np.clip(row, 0, image.shape[0] - 1), np.clip(column, 0, image.shape[1] - 1)], 0)
        top, left = number // columns * height, number % columns * width
        mosaic[top : top + height, left : left + width] = tile**2.2
    assert share(mosaic) == 0
