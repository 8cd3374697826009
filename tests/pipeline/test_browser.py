"""Films in a browser: headless Chromium loads, seeks and draws them."""

import http.server
import json
import os
import queue
import shutil
import subprocess
import threading
from pathlib import Path

import numpy as np
import pytest

import corticast as cc

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = [
    pytest.mark.gl,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]

PAGE = """<!doctype html><video id=v muted playsinline></video><script>
const say = facts => fetch('/said', {method: 'POST', body: JSON.stringify(facts)});
(async () => {
  try {
    const video = document.getElementById('v');
    const until = name => new Promise((ok, no) => {
      video.addEventListener(name, ok, {once: true});
      video.addEventListener('error', () => no(video.error.message), {once: true});
    });
    const ready = until('loadeddata');
    video.src = URL.createObjectURL(await (await fetch('/film')).blob());
    await ready;
    const sought = until('seeked');
    video.currentTime = video.duration / 2;
    await sought;
    const canvas = document.createElement('canvas');
    canvas.width = video.videoWidth; canvas.height = video.videoHeight;
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
    await video.play();
    await until('timeupdate');
    await say({width: video.videoWidth, height: video.videoHeight, duration: video.duration,
               time: video.currentTime, pixels: Array.from(pixels)});
  } catch (error) { await say({error: String(error)}); }
})();
</script>"""


def shown_by_chromium(film, folder):
    """What a page says of a film: size, duration, and the pixels in its middle."""
    said = queue.Queue()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = Path(film).read_bytes() if self.path == "/film" else PAGE.encode()
            self.send_response(200)
            self.send_header("Content-Type", "video/mp4" if self.path == "/film" else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            said.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--autoplay-policy=no-user-gesture-required", f"--user-data-dir={folder}",
        f"http://127.0.0.1:{server.server_port}/",
    ]  # fmt: skip
    environment = {**os.environ, "HOME": str(folder)}
    browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        facts = said.get(timeout=90)
    finally:
        browser.terminate()
        browser.wait(30)
        server.shutdown()
        server.server_close()
    assert "error" not in facts, facts
    return facts


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_chromium_plays_a_film(tmp_path, suffix):
    time_s = np.arange(3 * 22050) / 22050
    sound = cc.SampledSound((0.5 * np.sin(2 * np.pi * 800 * time_s))[None].astype(np.float32), 22050)
    voxels = np.random.default_rng(1).integers(0, 255, (40, 50, 30)).astype(np.uint8)
    volume = cc.Volume(np.asfortranarray(voxels), np.eye(4))
    table = cc.Electrodes(("a", "b"), np.array([[20.0, 25, 15], [30, 30, 20]]))
    scene = cc.Scene(volume=volume, electrodes=table, drive=cc.AudioDrive(sound, array="numpy"))
    film = tmp_path / f"film{suffix}"
    cc.render(scene, film, size=(640, 360), fps=30, crf=4)
    facts = shown_by_chromium(film, tmp_path / "profile")
    assert (facts["width"], facts["height"]) == (640, 360)
    assert facts["duration"] == pytest.approx(3.0, abs=0.03)
    assert facts["time"] > 1.5
    shown = np.array(facts["pixels"], dtype=np.uint8).reshape(360, 640, 4)[:, :, :3].astype(int)
    drawn = cc.frame(scene, time=1.5, size=(640, 360)).astype(int)
    # Chroma has half the resolution; away from that, the picture in the browser is the picture that was drawn.
    assert shown.max() > 200
    assert np.median(np.abs(shown - drawn)) <= 2
    assert np.abs(shown.mean(axis=(0, 1)) - drawn.mean(axis=(0, 1))).max() < 1.5
