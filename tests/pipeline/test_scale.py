"""What a film says of its scale, and the colours and sizes of values on it."""

import json

import numpy as np
import pytest

import corticast as cc
from corticast.app.render.summary import summary_lines
from corticast.core.color.colormaps import activity_table
from corticast.film.scale_facts import scale_facts, scale_line

pytestmark = pytest.mark.gl
SIZE = (640, 320)


def scene_of(values, **options):
    """Contacts in a row on black, one value each."""
    n = len(values)
    pos = np.stack([40.0 + 600 / n * np.arange(n), np.full(n, 160.0)], axis=1)
    image = cc.Picture(np.zeros((320, 640, 3), np.uint8))
    names = tuple(f"E{k}" for k in range(n))
    drive = cc.ArrayDrive(np.repeat(np.array(values, float)[:, None], 4, axis=1), 4, names, **options)
    contacts = cc.Electrodes(names, pos, space="picture")
    return cc.Scene(image=image, electrodes=contacts, drive=drive, labels="none", electrode_size=(36, 160)), pos


def drawn(values, **options):
    """Colours at the middle, and diameters without the outline's edge, of the contacts of a frame."""
    scene, pos = scene_of(values, **options)
    frame = cc.frame(scene, 0.5, size=SIZE)
    columns = pos[:, 0].round().astype(int)
    widths = [int((frame[160, c - 30 : c + 31].max(axis=1) > 25).sum()) for c in columns]
    return frame[160, columns], widths


@pytest.mark.parametrize(
    ("values", "full", "options"),
    [
        ([-12, -8, -4, 0, 4, 8, 12], 10, {"unit": "dB"}),
        ([0, 2, 4, 6, 8, 10, 12], 10, {"unit": "z"}),
        ([0, 2, 4, 6, 8, 10, 12], 10, {"unit": "µV"}),
    ],
)
def test_a_value_has_its_colour_and_its_magnitude_the_diameter(values, full, options):
    colours, widths = drawn(values, full_scale=full, **options)
    signed = options["unit"] != "µV"
    shares = np.clip(np.array(values) / full, -1, 1)
    table = activity_table(None, signed=signed).astype(float)
    expected = table[np.round((shares + 1) / 2 * 255 if signed else shares * 255).astype(int)]
    assert np.abs(colours - expected).max() <= 2
    diameters = (36 + 124 * np.maximum(np.abs(shares), 0.01)) * 320 / 1080
    outlines = 2 * np.minimum(2 * 320 / 1080, 0.3 * diameters / 2)
    np.testing.assert_allclose(widths, diameters - outlines, atol=2)
    at_rest = colours[np.array(values) == 0]
    assert (at_rest.max(axis=1) > 80).all()


def test_the_summary_and_the_sidecar_give_scale_and_count(tmp_path, rng):
    values = rng.standard_normal((7, 400)).astype(np.float32)
    scene, _ = scene_of(range(7))
    drive = cc.ArrayDrive(values, 400, scene.electrodes.names, full_scale=None, unit="z", quantity="power")
    made = cc.Scene(image=scene.image, electrodes=scene.electrodes, drive=drive, labels="none")
    report = cc.render(made, tmp_path / "film.mp4", size=(64, 32), fps=4)
    full = report.scale["FullScale"]
    assert (full["Quantity"], full["Unit"], full["Signed"]) == ("power", "z", True)
    assert full["Value"] == pytest.approx(np.percentile(np.abs(values), 99), rel=0.085)
    n_beyond = int((np.abs(values) > full["Value"]).sum())
    assert report.scale["Clipped"] == {"Values": n_beyond, "Of": values.size}
    assert json.loads(json.dumps(report.scale)) == report.scale
    share = f"{100 * n_beyond / values.size:.2g}"
    line = f"power: full scale ±{full['Value']:g} z, {share} % of the values lie beyond and are drawn there"
    assert scale_line(report.scale) == line
    assert line in summary_lines(report)
    assert not report.warnings


def test_without_activity_nothing_is_said():
    assert scale_facts(None) == {}
    assert scale_line({}) is None
