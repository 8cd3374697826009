"""Films in headless Chromium: a page loads, seeks, draws and plays each film, and reports its frames."""

from __future__ import annotations

import http.server
import json
import mimetypes
import os
import queue
import shutil
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.conftest import expected

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

_START_S, _FILM_S = 180, 120

# With shaders, as on a machine with a GPU. Without, Chromium converts by coarser coefficients: that of BT.709's Cb in
# blue, 2.11, acts as 2, and pure blue is drawn as (1, 0, 243).
_SHADERS = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")

_PAGE = """<!doctype html><video id=v muted playsinline></video><script>
const say = (path, body) => fetch(path, {method: 'POST', body});
const video = document.getElementById('v');
const until = name => new Promise((ok, no) => {
  video.addEventListener(name, ok, {once: true});
  video.addEventListener('error', () => no(video.error.message), {once: true});
});
// A canvas may still get the old frame, or none, when the search is said to be over.
const laterFrame = () => new Promise(ok => {
  const look = (_, frame) => frame.mediaTime > 0 ? ok() : video.requestVideoFrameCallback(look);
  video.requestVideoFrameCallback(look);
});
const show = async number => {
  const ready = until('loadeddata');
  video.src = URL.createObjectURL(await (await fetch('/film/' + number)).blob());
  await ready;
  const sought = until('seeked'), presented = laterFrame();
  video.currentTime = video.duration / 2;
  await sought;
  await presented;
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0);
  await say('/pixels', context.getImageData(0, 0, canvas.width, canvas.height).data);
  // The search may still report its own time.
  const begun = video.currentTime;
  await video.play();
  while (video.currentTime <= begun) await until('timeupdate');
  return {width: video.videoWidth, height: video.videoHeight, duration_s: video.duration, time_s: video.currentTime};
};
(async () => {
  for (let number = 0; number < N_FILMS; ++number) {
    try { await say('/facts', JSON.stringify(await show(number))); }
    catch (error) { await say('/facts', JSON.stringify({error: String(error)})); }
  }
})();
</script>"""


def needs_chromium(test):
    """Mark a test or a class that starts Chromium."""
    missing = CHROMIUM is None and not expected("chromium")
    return pytest.mark.slow(pytest.mark.skipif(missing, reason="Chromium is not installed")(test))


@dataclass
class Shown:
    """What a page says of a film.

    Parameters
    ----------
    width, height : of the video in pixels
    duration_s, time_s : its duration, and where it is after a moment's playing from its middle
    pixels : (height, width, 4) uint8, straight sRGB, what a canvas holds on which its middle was drawn
    """

    width: int
    height: int
    duration_s: float
    time_s: float
    pixels: np.ndarray


def shown_by_chromium(films, folder):
    """Show films in one browser.

    Parameters
    ----------
    films : their paths
    folder : for the browser's profile, made here

    Returns
    -------
    list of Shown, one per film
    """
    said = queue.Queue()
    page = _PAGE.replace("N_FILMS", str(len(films))).encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            name, body = "page.html", page
            if self.path.startswith("/film/"):
                film = Path(films[int(self.path.removeprefix("/film/"))])
                name, body = film.name, film.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", mimetypes.guess_type(name)[0])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            said.put((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    command = [
        CHROMIUM, "--headless", "--no-sandbox", *_SHADERS, "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--autoplay-policy=no-user-gesture-required", f"--user-data-dir={folder}",
        f"http://127.0.0.1:{server.server_port}/",
    ]  # fmt: skip
    environment = {**os.environ, "HOME": str(folder)}
    browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        return [_shown(film, said, _FILM_S if number else _START_S) for number, film in enumerate(films)]
    finally:
        browser.terminate()
        browser.wait(30)
        server.shutdown()
        server.server_close()


def _shown(film, said, timeout_s):
    pixels, (path, body) = b"", said.get(timeout=timeout_s)
    if path == "/pixels":
        pixels, (path, body) = body, said.get(timeout=timeout_s)
    facts = json.loads(body)
    assert "error" not in facts, f"{film}: {facts['error']}"
    return Shown(**facts, pixels=np.frombuffer(pixels, np.uint8).reshape(facts["height"], facts["width"], 4))


def screenshot(picture, size, folder):
    """A picture as Chromium draws it at its size in pixels: (height, width, 3) uint8.

    Parameters
    ----------
    picture : path of a file that a page can show
    size : width, height in pixels
    folder : for the browser's profile and its files
    """
    width, height = size
    style = f"width:{width}px;height:{height}px;display:block"
    (folder / "page.html").write_text(
        f'<!doctype html><body style="margin:0"><img src="{picture.as_uri()}" style="{style}"></body>'
    )
    shot = folder / "shot.png"
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
        "--force-device-scale-factor=1", f"--user-data-dir={folder / 'profile'}", f"--window-size={width},{height}",
        f"--screenshot={shot}", (folder / "page.html").as_uri(),
    ]  # fmt: skip
    environment = {**os.environ, "HOME": str(folder)}
    subprocess.run(command, check=True, capture_output=True, env=environment, timeout=_START_S)
    with Image.open(shot) as image:
        return np.asarray(image.convert("RGB"))[:height, :width]
