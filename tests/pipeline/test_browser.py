"""Films in a browser: headless Chromium loads, seeks and draws them."""

import numpy as np
import pytest
from tests.pipeline.chromium import needs_chromium, shown_by_chromium

import corticast as cc

pytestmark = pytest.mark.gl


@needs_chromium
def test_chromium_plays_films(tmp_path):
    time_s = np.arange(3 * 22050) / 22050
    sound = cc.SampledSound((0.5 * np.sin(2 * np.pi * 800 * time_s))[None].astype(np.float32), 22050)
    voxels = np.random.default_rng(1).integers(0, 255, (40, 50, 30)).astype(np.uint8)
    volume = cc.Volume(np.asfortranarray(voxels), np.eye(4))
    table = cc.Electrodes(("a", "b"), np.array([[20.0, 25, 15], [30, 30, 20]]))
    scene = cc.Scene(volume=volume, electrodes=table, drive=cc.AudioDrive(sound, array="numpy"))
    films = [tmp_path / "film.mp4", tmp_path / "film.webm"]
    for film in films:
        cc.render(scene, film, size=(640, 360), fps=30, crf=4)
    drawn = cc.frame(scene, time=1.5, size=(640, 360)).astype(int)
    for film, shown in zip(films, shown_by_chromium(films, tmp_path / "profile"), strict=True):
        assert (shown.width, shown.height) == (640, 360), film
        assert shown.duration_s == pytest.approx(3.0, abs=0.03), film
        assert shown.time_s > 1.5, film
        rgb = shown.pixels[:, :, :3].astype(int)
        # Chroma has half the resolution; away from that, the picture in the browser is the picture that was drawn.
        assert rgb.max() > 200, film
        assert np.median(np.abs(rgb - drawn)) <= 2, film
        assert np.abs(rgb.mean(axis=(0, 1)) - drawn.mean(axis=(0, 1))).max() < 1.5, film
