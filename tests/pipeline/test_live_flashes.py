"""Flashes of shows of drums: counted by our meter, and judged by IRIS, on the frames that were shown."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from tests.iris import judged, needs_iris

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


def change_of_rhythm(bench):
    return np.concatenate([bench.drums(rhythm, 3) for rhythm in (60, 180, 600)], axis=1)


@pytest.mark.parametrize(("name", "rhythm"), [("ortho, large", 60), ("axial, white", 120), ("3d, large", 180)])
def test_large_contacts_flash_without_the_limit_and_follow_with_it(bench, name, rhythm):
    one = bench.shown(bench.scenes()[name], bench.drums(rhythm, 8))
    assert not any(bench.measured(one.frames).values())
    assert one.r(3) >= 0.95
    assert one.gain.min() < 0.9
    # Activity falls with the release, and the gain no faster.
    assert one.fastest_fall() <= 2.01


def test_contacts_of_the_usual_size_are_not_limited(bench):
    one = bench.shown(bench.scenes()["lateral"], bench.drums(180, 3))
    assert one.floor == 1
    assert (one.gain == 1).all()


def test_a_change_of_rhythm_keeps_the_bound(bench):
    one = bench.shown(bench.scenes()["axial, white"], change_of_rhythm(bench))
    assert not any(bench.measured(one.frames).values())
    assert one.fastest_fall() <= 2.01


@needs_iris
def test_iris_finds_no_flashes(bench, tmp_path):
    free, limited = tmp_path / "free.npy", tmp_path / "limited.npy"
    scene, sound = bench.scenes()["axial, white"], change_of_rhythm(bench)
    np.save(free, bench.shown(scene, sound, limited=False).frames)
    np.save(limited, bench.shown(scene, sound).frames)
    assert not judged([free], share=1 / 3)[0].passes
    for share in (1, 1 / 3):
        assert judged([limited], share=share)[0].passes
