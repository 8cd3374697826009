"""`corticast live` in a real window, driven by keys, with a real sound server."""

import json
import subprocess
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.displays import ended, environment, until, xdotool
from tests.films import decoded, needs_ffprobe
from tests.live.shows import CORTICAST, beeps

pytestmark = [pytest.mark.live, pytest.mark.gl, pytest.mark.slow]


def screenshot(display):
    """(height, width, 3) uint8."""
    command = ["import", "-window", "root", "png:-"]
    shot = subprocess.run(command, env=environment(display), check=True, capture_output=True).stdout
    return np.asarray(Image.open(BytesIO(shot)).convert("RGB"))


def n_bytes(film):
    """Bytes of the film and of its unfinished file."""
    return sum(path.stat().st_size for path in film.parent.glob(f"*{film.suffix}"))


@needs_ffprobe
def test_a_show_in_a_window(pulse, display, tmp_path):
    """It hears, is changed by keys, records, remembers, and ends by Q."""
    env = {**environment(display), **pulse.variables, "XDG_CONFIG_HOME": str(tmp_path / "config")}
    player = pulse.play(beeps(tmp_path / "beeps.wav", 60))
    film = tmp_path / "show.mp4"
    show = subprocess.Popen(
        [CORTICAST, "live", "--device", pulse.source, "--size", "640x480", "--record", film],
        env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with ended(show):
        search = ("search", "--onlyvisible", "--name", "^corticast$")
        found = until(lambda: xdotool(display, *search, check=False).stdout.split(), "window")
        until(lambda: screenshot(display).max() > 100, "picture")
        xdotool(display, "windowfocus", "--sync", found[-1])
        before = screenshot(display)
        xdotool(display, "key", "5")
        until(lambda: (screenshot(display)[:400, :400] != before[:400, :400]).mean() > 0.01, "another layout")
        until(lambda: n_bytes(film) > 20_000, "captured frames")
        # Qt gets the exposure that the first key causes when the second has closed the window.
        xdotool(display, "key", "p", "q")
        _, complaints = show.communicate(timeout=60)
        assert show.returncode == 0, complaints
    player.kill()
    kept = json.loads((tmp_path / "config" / "corticast" / "live.json").read_text())
    assert kept["layout"] == "axial"
    assert kept["controls"] is False
    frames = decoded(film, "gray", shape=(480, 640))
    assert len(frames) > 10
    assert np.ptp(frames[-1]) > 50
