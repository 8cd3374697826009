"""`corticast spectrogram` and `corticast cmap`: pictures of a sound and of colour maps."""

import numpy as np
import pytest
import scipy.io.wavfile
from cmap import Colormap
from PIL import Image, ImageColor
from tests.unit.cli.running import run


@pytest.fixture
def tones(tmp_path):
    """A tone of 1000 Hz, then one of 3000 Hz, each for a second."""
    times = np.arange(16000) / 16000
    sound = np.concatenate([np.sin(2 * np.pi * hz * times) for hz in (1000, 3000)])
    path = tmp_path / "tones.wav"
    scipy.io.wavfile.write(path, 16000, (0.5 * sound).astype(np.float32))
    return path


def field_of(picture):
    """The field of a spectrogram, inside its frame of ink."""
    ink = (picture < 30).all(axis=2)
    rows, columns = ink.mean(axis=1) > 0.5, ink.mean(axis=0) > 0.5
    y, x = np.flatnonzero(rows), np.flatnonzero(columns)
    return picture[y[0] + 1 : y[-1], x[0] + 1 : x[1]]


def test_tones_stand_at_their_frequency_and_time(tones, tmp_path, capsys):
    out = tmp_path / "spec.png"
    _, out_text, _ = run(capsys, "spectrogram", str(tones), "-o", str(out), "--max-hz", "4000", "--size", "640x400")
    assert out_text == f"{out}: 640x400\n"
    field = field_of(np.asarray(Image.open(out)).astype(int))
    brightest = np.asarray(Colormap("viridis").lut(256)[-1, :3] * 255 + 0.5, dtype=int)
    like = np.abs(field - brightest).sum(axis=2)
    height, width = like.shape
    for time, hz in ((0.25, 1000), (0.75, 3000)):
        row = like[:, round(time * width)].argmin()
        assert row == pytest.approx((1 - hz / 4000) * height, abs=2)
    # The tones change in the middle.
    rows = like.argmin(axis=0)
    assert np.flatnonzero(np.abs(np.diff(rows)) > height / 4).mean() == pytest.approx(width / 2, abs=3)


def test_a_frequency_that_the_sound_lacks_is_refused(tones, tmp_path, capsys):
    out = tmp_path / "spec.png"
    status, _, err = run(capsys, "spectrogram", str(tones), "-o", str(out), "--max-hz", "90000")
    assert status == 2
    assert "--max-hz 90000: above half of the sample rate of" in " ".join(err.split())
    assert not out.exists()


def test_the_map_runs_from_one_colour_to_the_other(tmp_path, capsys):
    out = tmp_path / "map.png"
    assert run(capsys, "cmap", "red..green", "--mid", "0.8", "-o", str(out), "--size", "600x120", "--quiet")[0] == 0
    row = np.asarray(Image.open(out))[60]
    ink = np.flatnonzero((row < 40).all(axis=1))
    bar = row[ink[0] + 1 : ink[-1]]
    assert tuple(bar[0]) == ImageColor.getrgb("red")
    assert tuple(bar[-1]) == ImageColor.getrgb("green")
    assert np.ptp(bar[len(bar) // 2]) < 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (["cmap", "viridis", "--mid", "0.8", "-o", "map.png"], "--mid 0.8: does nothing for viridis; leave it out"),
        (["cmap", "viridi", "-o", "map.png"], "NAME viridi: unknown colour map; did you mean viridis?"),
        (["cmap", "red..green"], "nothing to write; give -o FILE for the picture, such as map.png"),
        (["spectrogram", "none.wav", "-o", "spec.png"], "none.wav: no such file"),
        (["spectrogram", "none.wav", "-o", "spec.mp4"], "-o spec.mp4: unknown kind of picture"),
        (["spectrogram", "TONES", "-o", "spec.png", "--size", "60x40"], "--size 60x40: too small for a spectrogram"),
        (["spectrogram", "TONES", "-o", "spec.png", "--start", "5"], "tones.wav: ends at 2 s, before --start 5"),
    ],
)
def test_wrong_calls_get_one_line(call, message, tones, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    status, _, error = run(capsys, *(str(tones) if word == "TONES" else word for word in call))
    assert status == 2
    assert message in error
    assert error.count("\n") == 1
    assert not {"map.png", "spec.png", "spec.mp4"} & {path.name for path in tmp_path.iterdir()}
