"""Colours from a scene to decoded films: by ffmpeg, by Pillow, and on a canvas in Chromium."""

import functools
import subprocess

import numpy as np
import pytest
from PIL import Image
from tests.films import COLOR_TAGS, needs_ffprobe, probed
from tests.pipeline.chromium import needs_chromium, shown_by_chromium

import corticast as cc
from corticast.app.demo.demo import demo_inputs
from corticast.process.ffmpeg import executable
from corticast.video.encoders import encoder_facts

pytestmark = pytest.mark.gl

NEUTRALS = np.repeat([0, 1, 2, 8, 16, 17, 32, 64, 96, 128, 160, 192, 224, 235, 254, 255], 3).reshape(-1, 3)
COLOURS = np.array(
    [
        *[(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255), (0, 255, 255)],
        *[(128, 0, 0), (0, 128, 0), (0, 0, 128), (128, 128, 0), (128, 0, 128), (0, 128, 128)],
        *[(255, 219, 188), (224, 172, 136), (141, 85, 54), (60, 34, 24)],  # skin
        *[(87, 16, 110), (188, 55, 84), (249, 142, 9), (252, 255, 164)],  # inferno
        *[(68, 1, 84), (33, 145, 140), (253, 231, 37), (0, 104, 55)],  # viridis, the green end of RdYlGn
    ]
)
PATCHES = np.concatenate([NEUTRALS, COLOURS]).astype(np.uint8)
N_ACROSS, MARGIN = 8, 6  # patches in a row; pixels at their edges that a neighbour's chroma reaches

N_FRAMES, FPS = 12, 24

# Even patches lie on whole chroma samples; odd ones do not, and their film is padded by a row and a column.
SIDES = [(32, 32), (33, 35)]

# Near-lossless. --crf 0 is no H.264 that browsers must take, and AV1's best is 1.
FINE_FILMS = [
    ("film.mp4", {"crf": 1}),
    ("film.webm", {"crf": 0}),
    ("film.webm", {"codec": "av1", "crf": 1}),
]

# Left to itself swscale takes short cuts that are up to 3 levels off.
SCALE = "scale=flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"

# ffmpeg's own VP9 decoder does not know of alpha.
DECODERS = {".webm": ("-c:v", "libvpx-vp9"), ".mov": ()}


class Chart:
    """A picture of patches.

    Parameters
    ----------
    side : width and height of a patch
    """

    def __init__(self, side):
        width, height = side
        places = np.arange(len(PATCHES)).reshape(-1, N_ACROSS)
        index = places.repeat(height, axis=0).repeat(width, axis=1)
        inner = np.zeros((height, width), bool)
        inner[MARGIN:-MARGIN, MARGIN:-MARGIN] = True
        # Eight odd patches are even: a further column makes the picture odd.
        further = ((0, 0), (0, width % 2))
        index, inner = np.pad(index, further, mode="edge"), np.pad(np.tile(inner, places.shape), further)
        self.pixels = PATCHES[index]
        self.size = self.pixels.shape[1::-1]
        self.neutral, self.coloured = inner & (index < len(NEUTRALS)), inner & (index >= len(NEUTRALS))

    def scene(self, **options):
        return cc.Scene(image=cc.Picture(self.pixels), labels="none", **options)

    def errors(self, shown):
        """Errors inside neutral and coloured patches, without the area to the right of and below the chart."""
        width, height = self.size
        errors = shown[..., :height, :width, :3].astype(int) - self.pixels
        return errors[..., self.neutral, :], errors[..., self.coloured, :]

    def check(self, fidelity, shown, reader, kind="near-lossless"):
        neutral, coloured = self.errors(shown)
        fidelity.within(f"Colour: neutral patches, {kind}", reader, neutral, 2, "levels")
        fidelity.within(f"Colour: saturated patches, {kind}", reader, coloured, 4, "levels")


@functools.cache
def has_av1():
    return ".webm av1" in encoder_facts()["encoders"]


def film_of(folder, name, scene, size, **options):
    """A film of 12 frames; skips where this ffmpeg lacks the encoder."""
    if options.get("codec") == "av1" and not has_av1():
        pytest.skip("this ffmpeg has no SVT-AV1")
    cc.render(scene, folder / name, size=size, fps=FPS, frames=N_FRAMES, **options)
    return folder / name


def read_by_ffmpeg(path, size, filters=f"{SCALE},format=rgb24", decoder=()):
    """(n_frames, height, width, channels) uint8 of every frame, converted as the film's own tags say."""
    command = [executable(), "-v", "error", *decoder, "-i", str(path), "-vf", filters, "-fps_mode", "passthrough"]
    reported = subprocess.run([*command, "-f", "rawvideo", "-"], capture_output=True, check=True)
    assert not reported.stderr
    width, height = size
    return np.frombuffer(reported.stdout, np.uint8).reshape(N_FRAMES, height, width, -1)


def even(size):
    return tuple(side + side % 2 for side in size)


@pytest.mark.slow
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("name", "options"), [*FINE_FILMS, ("film.mov", {})])
def test_patches_decoded_by_ffmpeg(tmp_path, fidelity, name, options, side):
    chart = Chart(side)
    film = film_of(tmp_path, name, chart.scene(), chart.size, **options)
    shown = read_by_ffmpeg(film, chart.size if name == "film.mov" else even(chart.size))
    chart.check(fidelity, shown, "the source, by ffmpeg")


@pytest.mark.slow
@pytest.mark.parametrize("side", [*SIDES, (40, 37)])
@pytest.mark.parametrize(("name", "options"), [("film.mp4", {}), ("film.webm", {}), ("film.webm", {"codec": "av1"})])
def test_patches_at_the_default_quality(tmp_path, fidelity, name, options, side):
    """What a lossy encoder takes away is seen on single pixels, not on the whole."""
    chart = Chart(side)
    film = film_of(tmp_path, name, chart.scene(), chart.size, **options)
    errors = np.concatenate([part.ravel() for part in chart.errors(read_by_ffmpeg(film, even(chart.size)))])
    fidelity.within("Colour: patches at the default quality", "the source, by ffmpeg", errors, 10, "levels")
    mean = np.abs(errors).mean()
    fidelity.within("Colour: patches at the default quality, mean", "the source, by ffmpeg", [mean], 1, "levels")


SITED_FILMS = [(name, options, "black") for name, options in FINE_FILMS] + [("film.webm", {"crf": 0}, "none")]


@needs_ffprobe
@pytest.mark.parametrize(("name", "options", "background"), SITED_FILMS)
def test_films_say_how_their_colours_are_meant(tmp_path, name, options, background):
    chart = Chart((32, 32))
    film = film_of(tmp_path, name, chart.scene(background=background), chart.size, **options)
    (video,) = probed(film, "stream")["streams"]
    expected = {"pix_fmt": "yuv420p", "chroma_location": "left", **COLOR_TAGS}
    assert {key: video[key] for key in expected} == expected


@pytest.mark.slow
@pytest.mark.parametrize("across", [True, False])
@pytest.mark.parametrize(("name", "options", "background"), SITED_FILMS)
def test_chroma_lies_where_the_films_say(tmp_path, fidelity, name, options, background, across):
    """The film of a ramp of hue, read by ffmpeg as sited left: hue and luma are not shifted against each other."""
    step = 4 * np.arange(64)
    line = np.stack([step, 252 - step, step], axis=-1).astype(np.uint8)
    pixels = np.ascontiguousarray(np.broadcast_to(line[None] if across else line[:, None], (64, 64, 3)))
    scene = cc.Scene(image=cc.Picture(pixels), labels="none", background=background)
    film = film_of(tmp_path, name, scene, (64, 64), **options)
    # By default, ffmpeg makes RGB as if chroma lay in the middle, whatever the film says.
    shift_px = {}
    for siting, h_pos in {"left": 0, "centre": 128}.items():
        filters = f"{SCALE}:in_h_chr_pos={h_pos}:in_v_chr_pos=128,format=rgb24"
        decoder = DECODERS[".webm"] if background == "none" else ()
        errors = read_by_ffmpeg(film, (64, 64), filters, decoder).astype(int) - pixels
        hue = errors[..., 0] - errors[..., 1] + errors[..., 2] - errors[..., 1]
        shift_px[siting] = hue[:, 8:-8, 8:-8].mean() / 16  # levels of hue per pixel
    claim = f"Colour: shift of hue against luma in a film, {'across' if across else 'down'}"
    fidelity.within(claim, "the source, by ffmpeg", [shift_px["left"]], 0.1, "px")
    if across:
        assert abs(shift_px["centre"]) > 0.4, "read as sited elsewhere, there is a shift"


class Sprites:
    """Contacts that rest at levels of activity, 40 pixels wide.

    Parameters
    ----------
    levels : activity of each, None for a scene without a drive
    """

    size = (320, 180)

    def __init__(self, levels=None, **options):
        n = 5 if levels is None else len(levels)
        names = tuple(f"E{i}" for i in range(n))
        table = cc.Electrodes(names, np.stack([30.0 * np.arange(n), np.zeros(n), np.zeros(n)], axis=1))
        shown = np.ones(n) if levels is None else np.array(levels, float)
        drive = cc.ArrayDrive(np.repeat(shown[:, None], 100, axis=1), 100, names)
        self.scene = cc.Scene(
            electrodes=table, drive=drive, layout="axial", labels="none", electrode_size=(240, 240), **options
        )
        (panel,) = cc.panels(self.scene, size=self.size)
        self.centres = np.round(panel.pixel_of(table.pos)).astype(int)

    def middles(self, shown):
        """(..., n, 81, 3): 9 by 9 pixels in the middle of each sprite."""
        steps = np.arange(-4, 5)
        y, x = (part.ravel() for part in np.meshgrid(steps, steps))
        column, row = self.centres.T
        return shown[..., row[:, None] + y, column[:, None] + x, :3].astype(int)


# Full activity on the default map, as its authors publish inferno's last entry.
TOP = (252, 255, 164)
RAMP = np.linspace(0, 1, 5)


def colours_of(name, levels):
    import matplotlib

    return 255 * np.asarray(matplotlib.colormaps[name](np.round(255 * np.asarray(levels)).astype(int)))[:, :3]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "options"), FINE_FILMS)
def test_activity_maps_come_through(tmp_path, fidelity, name, options):
    full, ramp = Sprites(), Sprites(RAMP, electrode_cmap="viridis")
    signed = Sprites([-1, 1, -1, 1], electrode_cmap="RdBu")
    for number, (sprites, expected, source) in enumerate(
        [
            (full, np.array([TOP]), "inferno's top as published"),
            (ramp, colours_of("viridis", RAMP), "matplotlib's maps"),
            (signed, colours_of("RdBu", [0, 1, 0, 1]), "matplotlib's maps"),
        ]
    ):
        film = film_of(tmp_path, f"{number}{name}", sprites.scene, sprites.size, **options)
        errors = sprites.middles(read_by_ffmpeg(film, sprites.size)) - expected[:, None]
        fidelity.within("Colour: middles of sprites, near-lossless", source, errors, 4, "levels")


@pytest.mark.slow
def test_a_volumes_map_comes_through(tmp_path, fidelity):
    levels = np.arange(0, 256, 32)
    # Dark voxels that reach the border would be air, which has the colour of the ground.
    voxels = np.full((256, 64, 3), 255, dtype=np.uint8)
    voxels[1:-1, 1:-1, 1] = levels.repeat(32)[1:-1, None]
    volume = cc.Volume(np.asfortranarray(voxels), np.eye(4))
    scene = cc.Scene(
        volume=volume, layout="axial", labels="none", cmap="viridis", window=(0, 255), sweep="none", fit="volume"
    )
    film = film_of(tmp_path, "film.mp4", scene, (256, 64), crf=1)
    shown = read_by_ffmpeg(film, (256, 64))[:, MARGIN:-MARGIN, 16::32]
    errors = shown - colours_of("viridis", levels / 255)
    fidelity.within("Colour: a volume's colour map, near-lossless", "matplotlib's maps", errors, 4, "levels")


class Clear:
    """A scene on a transparent background, and what the renderer draws of it."""

    def __init__(self, scene, size):
        self.scene, self.size = scene, size
        self.drawn = cc.frame(scene, time=0, size=size, frames=N_FRAMES, fps=FPS).astype(int)


def clear_chart(chart):
    """A chart with room above and below."""
    width, height = chart.size
    return Clear(chart.scene(background="none"), (width, height + 64))


def clear_contacts():
    """Contacts near and far from three planes, alone: every opacity there is."""
    pos = np.random.default_rng(4).uniform((-60, -60, -40), (60, 60, 60), (30, 3))
    table = cc.Electrodes(tuple(map(str, range(30))), pos)
    scene = cc.Scene(electrodes=table, labels="none", background="none", electrode_size=(60, 120))
    clear = Clear(scene, (601, 251))
    assert len(np.unique(clear.drawn[..., 3])) > 60
    return clear


@pytest.mark.slow
@pytest.mark.parametrize("name", ["film.mov", "film.webm"])
def test_films_with_alpha(tmp_path, fidelity, name):
    options = {"crf": 0} if name == "film.webm" else {}
    decoder = DECODERS[name.removeprefix("film")]
    chart = Chart((32, 32))
    for number, clear in enumerate((clear_chart(chart), clear_contacts())):
        film = film_of(tmp_path, f"{number}{name}", clear.scene, clear.size, **options)
        shown = read_by_ffmpeg(film, clear.size, f"{SCALE},format=rgba", decoder).astype(int)
        alpha = shown[..., 3] - clear.drawn[..., 3]
        fidelity.within("Colour: alpha, near-lossless", "the renderer's RGBA, by ffmpeg", alpha, 1, "levels")
        if number == 0:
            chart.check(fidelity, shown[:, 32:], "the source, by ffmpeg", "near-lossless with alpha")
        if name == "film.mov":
            # Every pixel, edges too: chroma has full resolution. Colours count as much as is seen of them.
            seen, drawn = (pixels[..., :3] * pixels[..., 3:] / 255 for pixels in (shown, clear.drawn))
            reader = "the renderer's RGBA, by ffmpeg"
            fidelity.within("Colour: ProRes 4444, every pixel times alpha", reader, seen - drawn, 6, "levels")


def gif_by_pillow(path):
    with Image.open(path) as film:
        frames = []
        for k in range(film.n_frames):
            film.seek(k)
            frames.append(np.asarray(film.convert("RGB")))
    return np.stack(frames)


@pytest.mark.slow
def test_a_gif_keeps_its_patches(tmp_path, fidelity):
    chart = Chart((33, 35))
    width, height = chart.size
    # A contact swells below the chart: where nothing moves, a GIF is one frame.
    below = cc.Electrodes(("E",), np.array([[width / 2, height + 20.0]]), "picture")
    drive = cc.ArrayDrive(np.linspace(0, 1, 60)[None], 100, ("E",))
    picture = cc.Picture(np.pad(chart.pixels, ((0, 40), (0, 0), (0, 0))))
    scene = cc.Scene(image=picture, electrodes=below, drive=drive, labels="none", electrode_size=(10, 100))
    size = (width, height + 40)
    film = film_of(tmp_path, "film.gif", scene, size)
    shown = {"ffmpeg": read_by_ffmpeg(film, size), "Pillow": gif_by_pillow(film)}
    for reader, frames in shown.items():
        assert len(np.unique(frames[:, height:].reshape(N_FRAMES, -1), axis=0)) == N_FRAMES
        chart.check(fidelity, frames, f"the source, by {reader}", "GIF")
        # No dithering: every patch is flat to its edges, and rests.
        patches = frames[:, :height, : N_ACROSS * 33].reshape(N_FRAMES, -1, 35, N_ACROSS, 33, 3)
        assert (np.ptp(patches, axis=(0, 2, 4)) == 0).all()


@pytest.mark.slow
def test_a_gif_of_glowing_contacts_on_a_head(tmp_path, fidelity):
    """256 colours have to do for all greys of a head and all of the activity map."""
    inputs = demo_inputs()
    brain, table = inputs["volume"], inputs["electrodes"]
    waves = 0.5 + 0.5 * np.sin(0.2 * np.arange(60) + 0.3 * np.arange(len(table.names))[:, None])
    drive = cc.ArrayDrive(waves, 100, table.names)
    scene = cc.Scene(volume=brain, electrodes=table, drive=drive, plane_mm=(-46, -21, 11), electrode_depth=30)
    size = (320, 180)
    shown = read_by_ffmpeg(film_of(tmp_path, "film.gif", scene, size), size).astype(int)
    # One palette for the film, not one for each frame.
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) <= 256
    drawn = cc.frame(scene, time=5 / FPS, size=size, frames=N_FRAMES, fps=FPS)
    mean = np.abs(shown[5] - drawn)[drawn.any(axis=2)].mean()
    # A palette of this frame's own, by Pillow, leaves 1 level.
    fidelity.within(
        "Colour: a head with contacts, GIF, mean where not black", "the source, by ffmpeg", [mean], 2, "levels"
    )


@needs_chromium
def test_films_on_a_canvas_in_chromium(tmp_path, fidelity):
    """All films in one browser: to start one takes seconds."""
    charts, films = [], []
    kinds = [kind for kind in FINE_FILMS if "codec" not in kind[1] or has_av1()]
    for side in SIDES:
        for name, options in kinds:
            chart = Chart(side)
            charts.append(chart)
            films.append(film_of(tmp_path, f"{len(films)}{name}", chart.scene(), chart.size, **options))
    sprites = Sprites()
    films.append(film_of(tmp_path, "sprites.mp4", sprites.scene, sprites.size, crf=1))
    clears = clear_chart(charts[0]), clear_contacts()
    films += [film_of(tmp_path, f"clear{k}.webm", clear.scene, clear.size, crf=0) for k, clear in enumerate(clears)]
    *patches, with_sprites, clear_patches, clear_sprites = shown_by_chromium(films, tmp_path / "profile")

    for chart, shown in zip(charts, patches, strict=True):
        assert (shown.width, shown.height) == even(chart.size)
        assert (shown.pixels[..., 3] == 255).all()
        chart.check(fidelity, shown.pixels, "the source, on a canvas in Chromium")
    errors = sprites.middles(with_sprites.pixels) - np.array(TOP)
    reader = "inferno's top as published, on a canvas in Chromium"
    fidelity.within("Colour: middles of sprites, near-lossless", reader, errors, 4, "levels")

    for clear, shown in zip(clears, (clear_patches, clear_sprites), strict=True):
        alpha = shown.pixels[..., 3].astype(int) - clear.drawn[..., 3]
        reader = "the renderer's RGBA, on a canvas in Chromium"
        fidelity.within("Colour: alpha, near-lossless", reader, alpha, 1, "levels")
    # Chromium converts films with alpha without shaders, and saturated colours coarsely: see chromium.py.
    neutral, _ = charts[0].errors(clear_patches.pixels[32:])
    reader = "the source, on a canvas in Chromium"
    fidelity.within("Colour: neutral patches, near-lossless with alpha", reader, neutral, 2, "levels")
