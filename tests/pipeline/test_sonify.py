"""Films whose activity is heard: light and sound of the decoded film belong together."""

from fractions import Fraction

import numpy as np
import pytest
from tests.films import needs_ffprobe, probed, time_stamps
from tests.pipeline.pulses import BOTH, SIDE, heard_s, pulse_s, seen_s

import corticast as cc

pytestmark = pytest.mark.gl

N_SECONDS = 6


def pulsing_scene(fps, columns_hz, **options):
    """Three large contacts that swell in turn, once in each second."""
    time_s = np.arange(int(N_SECONDS * columns_hz)) / columns_hz
    values = np.zeros((3, len(time_s)))
    for number in range(N_SECONDS):
        values[number % 3] += np.exp(-0.5 * ((time_s - pulse_s(np.array(number), fps)) * float(fps) / 1.3) ** 2)
    return cc.Scene(
        volume=cc.Volume(np.zeros((8, 8, 8), np.uint8, order="F"), np.diag([10.0, 10.0, 10.0, 1.0])),
        electrodes=cc.Electrodes(("A", "B", "C"), np.array([[x, 35.0, x] for x in (15, 35, 55)]), space="world"),
        drive=cc.ArrayDrive(np.clip(values, 0, 1), columns_hz, ["A", "B", "C"]),
        sonify=True,
        layout="coronal",
        labels="none",
        electrode_size=(100, 500),
        electrode_depth="all",
        **options,
    )


@needs_ffprobe
@pytest.mark.parametrize(("name", "fps"), [("film.mp4", Fraction(30)), ("film.webm", Fraction(30000, 1001))])
def test_light_and_sound_of_a_burst_coincide(tmp_path, fidelity, name, fps):
    path = tmp_path / name
    cc.render(pulsing_scene(fps, 250.0), path, fps=fps, size=(SIDE, SIDE))
    (stream,) = probed(path, "stream=sample_rate,channels", "-select_streams", "a")["streams"]
    assert (int(stream["sample_rate"]), stream["channels"]) == (48000, 2)
    edges_s = np.arange(N_SECONDS + 1.0)
    edges_s[-1] -= 0.001
    seen, heard = seen_s(path, time_stamps(path), edges_s), heard_s(path, edges_s)
    np.testing.assert_allclose(heard, pulse_s(np.arange(N_SECONDS), fps), atol=0.001)
    fidelity.within("Time: light and sound of activity that is heard", BOTH, (seen - heard) * float(fps), 0.5, "frames")


def test_an_excerpt_begins_where_it_says(tmp_path):
    fps = Fraction(30)
    path = tmp_path / "part.mp4"
    cc.render(pulsing_scene(fps, 250.0), path, fps=fps, size=(SIDE, SIDE), start=2, duration=3)
    heard = heard_s(path, np.array([0.0, 1.0, 2.0, 2.999]))
    np.testing.assert_allclose(heard, pulse_s(np.arange(2, 5), fps) - 2, atol=0.001)
