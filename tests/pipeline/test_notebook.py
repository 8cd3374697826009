"""Pictures and films that show themselves in a notebook."""

import base64
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import Image

import corticast as cc
from corticast.app.render import notebook

pytestmark = pytest.mark.gl


@pytest.fixture
def scene(rng, gl):
    voxels = rng.integers(0, 900, (20, 24, 22)).astype(np.int16)
    return cc.Scene(volume=cc.Volume.from_array(voxels, np.diag([6.0, 6, 6, 1])), labels="none")


class Elements(HTMLParser):
    """Elements of a page with their attributes, and its text; every element is closed."""

    def __init__(self, text):
        super().__init__()
        self.found, self.text, self.open = {}, "", []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.found[tag] = dict(attributes)
        if tag not in ("img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("background", ["black", "none"])
@pytest.mark.parametrize("time", [None, 0.1])
def test_a_still_shows_the_pixels_of_its_frame(scene, background, time):
    from corticast.core.model.scene import changed

    scene = changed(scene, background=background)
    still = cc.show(scene, time, size=(96, 54), fps=10)
    pixels = cc.frame(scene, time, size=(96, 54), fps=10)
    png, metadata = still._repr_png_()
    assert np.array_equal(np.asarray(Image.open(BytesIO(png))), pixels)
    assert np.array_equal(still.pixels, pixels)
    assert metadata == {"width": 96}
    assert repr(still) == "Still(96x54)"


def test_a_large_still_is_shown_at_half_its_size(scene):
    assert cc.show(scene, size=(1920, 108))._repr_png_()[1] == {"width": 960}


@pytest.mark.parametrize(("name", "element"), [("film.mp4", "video"), ("film.webm", "video"), ("film.gif", "img")])
def test_a_report_shows_its_film(scene, tmp_path, name, element):
    report = cc.render(scene, tmp_path / name, size=(64, 48), frames=3, fps=10)
    page = Elements(report._repr_html_())
    kind, content = page.found[element]["src"].removeprefix("data:").split(";base64,")
    assert base64.b64decode(content) == (tmp_path / name).read_bytes()
    assert kind == {"mp4": "video/mp4", "webm": "video/webm", "gif": "image/gif"}[name.split(".")[1]]
    assert page.found[element]["width"] == "64"
    assert "64x48, 10 frames per second, 3 frames, 0.3 s" in page.text


def test_a_large_film_is_linked(scene, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(notebook, "_MOST_EMBEDDED", 100)
    report = cc.render(scene, 'a "film" & <more>.mp4', size=(64, 48), frames=3)
    page = Elements(report._repr_html_())
    assert unquote(page.found["video"]["src"]) == 'a "film" & <more>.mp4'
    assert page.text.startswith('a "film" & <more>.mp4: 64x48')
    assert len(report._repr_html_()) < 1000


def test_a_film_that_browsers_do_not_play_is_described(scene, tmp_path):
    report = cc.render(scene, tmp_path / "film.mov", size=(64, 48), frames=2)
    page = Elements(report._repr_html_())
    assert page.found.keys() == {"div"}
    assert "2 frames" in page.text
    gone = cc.render(scene, tmp_path / "gone.mp4", size=(64, 48), frames=2)
    (tmp_path / "gone.mp4").unlink()
    assert Elements(gone._repr_html_()).found.keys() == {"div"}
