"""Flashes of shows of drums: counted by our meter, and judged by IRIS, on the frames that were shown."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from tests.iris import judged, needs_iris

import corticast as cc
from corticast.core.model.scene import changed

pytestmark = pytest.mark.gl

_FILE = Path(__file__).parents[2] / "benchmarks" / "live_flashes.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("live_flashes", _FILE)
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["live_flashes"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def film(tmp_path):
    """Name of the film of a show."""
    return tmp_path / "show.mp4"


def change_of_rhythm(bench):
    return np.concatenate([bench.drums(rhythm, 3) for rhythm in (60, 180, 600)], axis=1)


@pytest.fixture(scope="module")
def changing(bench, tmp_path_factory):
    """A show with the limit, while the rhythm changes."""
    film = tmp_path_factory.mktemp("changing") / "show.mp4"
    return bench.shown(bench.scenes()["axial, white"], change_of_rhythm(bench), film)


@pytest.mark.parametrize(("name", "rhythm"), [("ortho, large", 60), ("axial, white", 120), ("3d, large", 180)])
def test_large_contacts_flash_without_the_limit_and_follow_with_it(bench, film, name, rhythm):
    one = bench.shown(bench.scenes()[name], bench.drums(rhythm, 8), film)
    assert not any(bench.measured(one.frames).values())
    assert one.r(3) >= 0.95
    assert one.gain.min() < 0.9
    # Activity falls with the release, and the gain no faster.
    assert one.fastest_fall() <= 2


def test_contacts_of_the_usual_size_are_not_limited(bench, film):
    one = bench.shown(bench.scenes()["lateral"], bench.drums(180, 3), film)
    assert one.floor == 1
    assert not one.is_limited


def test_a_near_viewer_sees_a_smaller_field(bench, film):
    """A flashing part of the screen that fills a quarter of 10 degrees from near does not from afar."""
    scene, sound = cc.Scene(**bench.head(4), layout="lateral", electrode_size=(10, 160)), bench.drums(300, 2)
    frames = bench.shown(scene, sound, film, limited=False).frames
    for front_row, exceeds in ((1.0, True), (2.0, False)):
        assert bench.measured(frames, front_row)["WCAG 2.3.1"] is exceeds
        one = bench.shown(scene, sound, film, front_row=front_row)
        assert one.is_limited is exceeds
        assert not bench.measured(one.frames, front_row)["WCAG 2.3.1"]


def test_samples_may_come_two_frames_late_as_from_a_gpu(bench, film, monkeypatch):
    monkeypatch.setattr("corticast.passes.samples.ring_depth", lambda facts: 2)
    one = bench.shown(bench.scenes()["3d, large"], bench.drums(180, 4), film)
    assert one.floor < 1
    assert not any(bench.measured(one.frames).values())
    assert one.r(3) >= 0.95


def test_a_turning_camera_is_no_flash_of_activity(bench, film):
    scene, sound = bench.scenes()["3d, large"], bench.drums(120, 1)
    resting = bench.shown(scene, sound, film)
    assert bench.shown(changed(scene, spin=30), sound, film).floor == resting.floor


def test_a_change_of_rhythm_keeps_the_bound(bench, changing):
    assert not any(bench.measured(changing.frames).values())
    assert changing.fastest_fall() <= 2


@needs_iris
def test_iris_finds_no_flashes_in_the_film_of_a_show(bench, changing, film):
    bench.shown(bench.scenes()["axial, white"], change_of_rhythm(bench), film, limited=False)
    free, limited = judged([film, changing.film], share=1 / 3)
    assert not free.passes
    assert limited.passes
    assert judged([changing.film])[0].passes
