"""Where --flash-limit counts: in films with contacts that move, and in no still."""

import json

import pytest
from tests.pipeline.command import run

pytestmark = pytest.mark.gl

STILL = ("--size", "320x180", "--time", "0.6")
LINE = "corticast: warning: flash_limit: lowers films only; this picture shows the data\n"


def written(path, **keys):
    options = {"corticast": "0.2.0", "electrodes": "electrodes.tsv", "layout": "axial"} | keys
    path.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in options.items()))
    return path


@pytest.fixture
def scene(tmp_path):
    """A scene file of 36 contacts that blink together."""
    names = [f"E{number}" for number in range(36)]
    places = "".join(f"{name}\t{k % 6 * 9}\t{k // 6 * 9}\t0\n" for k, name in enumerate(names))
    (tmp_path / "electrodes.tsv").write_text("name\tx\ty\tz\n" + places)
    rows = ("\t".join([f"{k / 100}", *[f"{int(k % 20 < 8)}"] * 36]) for k in range(201))
    (tmp_path / "activity.tsv").write_text("\n".join(["\t".join(["time", *names]), *rows]) + "\n")
    return written(tmp_path / "scene.toml", activity="activity.tsv")


def test_a_still_is_never_altered_and_a_line_says_so(scene, tmp_path):
    limited = written(tmp_path / "limited.toml", activity="activity.tsv", flash_limit=True)
    free = run("frame", scene, *STILL, "-o", tmp_path / "free.png", check=True)
    asked = run("frame", limited, *STILL, "-o", tmp_path / "asked.png", check=True)
    assert (tmp_path / "free.png").read_bytes() == (tmp_path / "asked.png").read_bytes()
    assert LINE not in free.stderr
    assert LINE in asked.stderr


def test_frame_refuses_the_limit(scene, tmp_path):
    refused = run("frame", scene, *STILL, "--flash-limit", "-o", tmp_path / "frame.png")
    assert refused.returncode == 2
    assert "--flash-limit" in refused.stderr


def test_a_film_refuses_the_limit_where_no_contact_moves(scene, tmp_path):
    resting = written(tmp_path / "resting.toml")
    film = ("--size", "64x36", "--frames", "2", "-o", tmp_path / "film.mp4")
    refused = run("render", resting, *film, "--flash-limit")
    assert refused.returncode == 2
    assert "--flash-limit: does nothing where no contact moves" in refused.stderr
    run("render", resting, *film, "--no-flash-limit", check=True)
