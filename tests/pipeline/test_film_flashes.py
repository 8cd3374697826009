"""Flashes of films: measured on their frames, reported, and lowered by one gain on request."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import scipy.stats
from tests.films import decoded
from tests.iris import judged, needs_iris

import corticast as cc
from corticast.app.demo.demo import demo_inputs
from corticast.app.render import film_frames, gain_search
from corticast.app.render.film_file import write_film
from corticast.app.render.metering import is_sampled, n_samples_before, sample_rate_hz, sample_step
from corticast.core.flash_meter import FlashMeter
from corticast.core.geometry.placement import placed_of
from corticast.core.model.machine import Machine
from corticast.core.model.types import Electrodes, Volume
from corticast.film.analysis import analyse
from corticast.film.timing import FilmTiming

pytestmark = pytest.mark.gl

SIZE = (320, 180)
# In smaller frames two pixels around small contacts, over which colour runs in planes, are a quarter of a field.
LARGER = (480, 270)
RATE_HZ = 50.0


def grid_scene(rate_hz=4.3, seconds=3, sizes=(10, 200), **options):
    """A grid of contacts that follow one sine, on the plain background, seen from the left."""
    y, z = np.meshgrid(np.linspace(-60, 60, 6), np.linspace(-40, 40, 4))
    pos = np.stack([np.full(y.size, -40.0), y.ravel(), z.ravel()], axis=1)
    names = tuple(f"G{number}" for number in range(y.size))
    sine = (np.sin(2 * np.pi * rate_hz * np.arange(seconds * RATE_HZ) / RATE_HZ) + 1) / 2
    drive = cc.ArrayDrive(np.tile(sine, (y.size, 1)), RATE_HZ, names, full_scale=1.0)
    look = {"layout": "lateral", "side": "left", "electrode_size": sizes, "labels": (), **options}
    return cc.Scene(electrodes=Electrodes(names, pos), drive=drive, **look)


def lit(film, size=SIZE):
    """(n_frames,) share of the picture that is not background."""
    frames = decoded(film, "gray", shape=size[::-1])
    return (frames > 24).mean(axis=(1, 2, 3))


@needs_iris
def test_a_film_shows_its_data_and_its_flashes_are_reported(tmp_path):
    scene, film = grid_scene(), tmp_path / "film.mp4"
    report = cc.render(scene, film, size=SIZE, crf=1)
    broadcast = report.flashes.readings[1]
    assert report.flashes.exceeded
    assert broadcast.rate_hz in (4, 4.5, 5)
    assert broadcast.times_s[0][0] < 0.5
    assert broadcast.times_s[-1][1] > 2.8
    (line,) = report.warnings
    assert f"{broadcast.rate_hz:g} a second" in line
    assert "flash_limit" in line
    assert report.flash_gain == 1
    activity = cc.activity(scene).values[:, 0]
    assert scipy.stats.spearmanr(activity, lit(film)).statistic >= 0.995
    assert not judged([film])[0].passes


@needs_iris
def test_the_flash_limit_is_the_largest_gain_that_passes(tmp_path):
    scene, film, size = grid_scene(seconds=2), tmp_path / "film.mp4", (960, 540)
    report = cc.render(scene, film, size=size, crf=1, flash_limit=True)
    assert 0 < report.flash_gain < 1
    assert not report.flashes.exceeded
    assert report.warnings == ()
    assert judged([film])[0].passes
    # One gain: the picture stays a monotone function of the data.
    activity = cc.activity(scene).values[:, 0]
    assert scipy.stats.spearmanr(activity, lit(film, size)).statistic >= 0.995
    timing = FilmTiming(size=size)
    larger = replace(analyse(scene, placed_of(scene), timing), gain=1.1 * report.flash_gain)
    above = write_film(scene, tmp_path / "above.mp4", timing, Machine(), analysis=larger)
    assert above.flash_gain == pytest.approx(1.1 * report.flash_gain)
    assert above.flashes.exceeded


def test_what_flashes_without_activity_is_reported_and_not_dimmed(tmp_path):
    voxels = np.zeros((32, 18, 90), np.uint8)
    voxels[:, :, 1::2] = 200
    volume = Volume(voxels, np.diag([4.0, 4.0, 1.0, 1.0]))
    electrodes = Electrodes(("A1", "A2"), np.array([[8.0, 8, 8], [40, 40, 40]]))
    drive = cc.ArrayDrive(np.ones((2, 150)), 50.0, electrodes.names, full_scale=1.0)
    scene = cc.Scene(volume=volume, electrodes=electrodes, drive=drive, layout="axial", sweep="full", labels=())
    report = cc.render(scene, tmp_path / "film.mp4", size=SIZE, flash_limit=True, frames=90)
    assert report.flash_gain == 1
    assert report.flashes.exceeded
    (line,) = [text for text in report.warnings if text.startswith("flashes")]
    assert "lowers activity alone" in line
    # Grey slices alone are drawn into the planes, and measured there.
    alone = cc.Scene(volume=volume, layout="axial", sweep="full", labels=())
    slices = cc.render(alone, tmp_path / "slices.mp4", size=SIZE, frames=90)
    assert [reading.rate_hz for reading in slices.flashes.readings] == [15, 15]
    (line,) = [text for text in slices.warnings if text.startswith("flashes")]
    assert "longer duration flashes less often" in line


@pytest.fixture
def read(monkeypatch):
    """Whether each sample of a film was read."""
    found = []
    push = FlashMeter.push

    def noted(self, pixels, **options):
        found.append(pixels is not None)
        push(self, pixels, **options)

    monkeypatch.setattr(FlashMeter, "push", noted)
    return found


def test_a_film_whose_contacts_are_too_small_to_flash_is_looked_at_once_a_second(tmp_path, read, monkeypatch):
    """Its report is the same as that of a meter which reads every sample."""
    scene = grid_scene(sizes=(2, 14), labels=("clock",))
    few = cc.render(scene, tmp_path / "few.mp4", size=LARGER)
    assert (sum(read), len(read)) == (3, 90)
    monkeypatch.setattr(film_frames, "can_flash", lambda *_: True)
    read.clear()
    all_read = cc.render(scene, tmp_path / "all.mp4", size=LARGER)
    assert sum(read) > 80
    assert few.flashes == all_read.flashes
    assert few.warnings == all_read.warnings == ()


@pytest.mark.parametrize(("loudness", "is_read"), [(0.1, False), (0.3, False), (0.5, True), (1.0, True)])
def test_a_film_too_quiet_to_flash_has_the_report_of_all_its_samples(tmp_path, read, monkeypatch, loudness, is_read):
    """Contacts that could flash at full activity are struck at random, more or less loudly."""
    grid = grid_scene(sizes=(10, 200), labels=("clock",))
    random, names = np.random.default_rng(3), grid.electrodes.names
    struck = loudness * (random.random((len(names), 60)) < 0.3)
    scene = replace(grid, drive=cc.ArrayDrive(struck, 30.0, names, full_scale=1.0))
    few = cc.render(scene, tmp_path / "few.mp4", size=LARGER)
    assert sum(read) == (60 if is_read else 2)
    monkeypatch.setattr(film_frames, "can_flash", lambda *_: True)
    assert cc.render(scene, tmp_path / "all.mp4", size=LARGER).flashes == few.flashes


def test_red_that_runs_over_an_edge_in_planes_counts(tmp_path, monkeypatch):
    """In the frame the disc fills less than a quarter of a field; its colour fills more in the planes."""
    values = np.arange(60)[None] % 6 < 3
    drive = cc.ArrayDrive(values.astype(float), 30, ("A",), full_scale=1.0)
    look = {"layout": "axial", "electrode_cmap": "black..red", "electrode_size": (227, 252), "labels": ()}
    scene = cc.Scene(electrodes=Electrodes(("A",), np.zeros((1, 3))), drive=drive, **look)
    found = cc.render(scene, tmp_path / "film.mp4", size=(160, 90)).flashes
    assert found.readings[0].rate_hz == 5
    monkeypatch.setattr(film_frames, "can_flash", lambda *_: True)
    assert cc.render(scene, tmp_path / "all.mp4", size=(160, 90)).flashes == found


def test_every_sample_of_larger_contacts_is_read(tmp_path, read):
    """They could flash at another rhythm."""
    assert cc.render(grid_scene(), tmp_path / "film.mp4", size=SIZE).flashes.exceeded
    assert sum(read) > 80
    read.clear()
    assert not cc.render(grid_scene(rate_hz=0.7), tmp_path / "slow.mp4", size=SIZE).flashes.exceeded
    assert sum(read) > 80


def test_the_limit_searches_no_gain_where_contacts_are_too_small(tmp_path, monkeypatch):
    monkeypatch.setattr(gain_search.GainSearch, "excesses", None)
    report = cc.render(grid_scene(sizes=(2, 14)), tmp_path / "film.mp4", size=(960, 540), flash_limit=True, frames=30)
    assert report.flash_gain == 1


def blinking_brain(**look):
    """The demo's brain; its contacts blink five times a second."""
    brain = demo_inputs()
    names = brain["electrodes"].names
    values = np.tile(np.arange(4 * 100) % 20 < 8, (len(names), 1)).astype(float)
    drive = cc.ArrayDrive(values, 100, names, full_scale=1.0)
    return cc.Scene(volume=brain["volume"], electrodes=brain["electrodes"], drive=drive, labels=(), **look)


def blinking_plane(**look):
    """Sixteen contacts of one size and without a head, which blink five times a second."""
    names = tuple(f"E{number}" for number in range(16))
    pos = np.array([(k % 4 * 20.0, k // 4 * 20.0, 0.0) for k in range(16)])
    drive = cc.ArrayDrive(np.tile(np.arange(4 * 100) % 20 < 8, (16, 1)).astype(float), 100, names, full_scale=1.0)
    return cc.Scene(electrodes=Electrodes(names, pos), drive=drive, labels=(), **look)


EXTREME = {
    # Frames change too little for IRIS: the encoder's blocks change a quarter.
    "peaks": (lambda: blinking_brain(layout="superior", render="mip", electrode_size=(6, 300)), SIZE),
    "plane": (lambda: blinking_plane(layout="axial", electrode_size=(100, 100)), SIZE),
    # Red runs over its edges.
    "small": (lambda: grid_scene(6, seconds=4, sizes=(10, 300)), (160, 90)),
    # A band of contacts fills a third of the height between two fields.
    "portrait": (lambda: grid_scene(5, seconds=4, sizes=(10, 300)), (180, 320)),
}


@needs_iris
@pytest.mark.parametrize("name", EXTREME)
def test_iris_passes_extreme_films_with_the_limit_once_they_are_decoded(name, tmp_path):
    scene, size = EXTREME[name]
    report = cc.render(scene(), tmp_path / "film.mp4", size=size, flash_limit=True)
    assert 0.05 < report.flash_gain < 1
    assert not report.flashes.exceeded
    for share in (1.0, 1 / 3):
        assert judged([tmp_path / "film.mp4"], share=share)[0].passes


def test_the_gain_is_the_same_whether_the_worst_second_is_tried_first_or_all_together(tmp_path, monkeypatch):
    """The search knows a gain to one per cent."""
    names, random = tuple(f"G{number}" for number in range(24)), np.random.default_rng(2)
    louder = np.linspace(0.6, 1, 200) * np.tile(np.arange(200) % 10 < 4, (24, 1)) * random.uniform(0.8, 1, (24, 1))
    scene = replace(grid_scene(sizes=(10, 300)), drive=cc.ArrayDrive(louder, RATE_HZ, names, full_scale=1.0))
    gains = []
    for n_few in 0, math.inf:
        monkeypatch.setattr(gain_search, "_FEW", n_few)
        report = cc.render(scene, tmp_path / f"{n_few}.mp4", size=SIZE, preset="ultrafast", flash_limit=True)
        assert not report.flashes.exceeded
        gains.append(report.flash_gain)
    assert 0.1 < gains[0] < 0.95
    assert gains[0] == pytest.approx(gains[1], rel=0.02)


def test_a_quiet_film_is_left_as_it_is(tmp_path):
    scene = grid_scene(rate_hz=0.7)
    free = cc.render(scene, tmp_path / "free.mp4", size=SIZE)
    limited = cc.render(scene, tmp_path / "limited.mp4", size=SIZE, flash_limit=True)
    assert limited.flash_gain == 1
    assert not free.flashes.exceeded
    assert (tmp_path / "free.mp4").read_bytes() == (tmp_path / "limited.mp4").read_bytes()


def test_a_film_is_sampled_thirty_times_a_second_or_at_every_frame():
    rates = {fps: (sample_step(fps), sample_rate_hz(fps)) for fps in map(Fraction, ("24", "30", "60", "30000/1001"))}
    assert rates == {
        Fraction(24): (1, 24),
        Fraction(30): (1, 30),
        Fraction(60): (2, 30),
        Fraction(30000, 1001): (1, Fraction(30000, 1001)),
    }


@pytest.mark.parametrize("step", [1, 2, 3])
def test_frames_that_are_sampled_are_counted(step):
    sampled = [is_sampled(index, step) for index in range(60)]
    assert [n_samples_before(index, step) for index in range(60)] == [sum(sampled[:index]) for index in range(60)]
    assert sum(sampled) == 60 // step


def test_a_flicker_from_frame_to_frame_is_seen(tmp_path):
    scene = grid_scene()
    names = scene.electrodes.names
    flicker = np.tile([0.0, 1.0], (len(names), 60))
    scene = cc.Scene(
        electrodes=scene.electrodes, drive=cc.ArrayDrive(flicker, 60.0, names, full_scale=1.0),
        layout="lateral", side="left", electrode_size=(10, 200), labels=(),
    )  # fmt: skip
    report = cc.render(scene, tmp_path / "film.mp4", size=SIZE, fps=60)
    assert report.flashes.readings[1].rate_hz > 10
