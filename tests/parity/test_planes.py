"""Y'CbCr planes against their definition, and against converters that are not ours."""

import re
import subprocess

import numpy as np
import pytest

from corticast.core.color.color import YcbcrEncoding, rgb_to_ycbcr
from corticast.process.ffmpeg import executable

pytestmark = pytest.mark.gl

# Luma coefficients of red and blue, ITU-R BT.601-7, BT.709-6 and BT.2020-2.
STANDARDS = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}
DEFINITION = "ITU-R BT.601, BT.709, BT.2020 in float64"


def codes_of(rgb, standard="bt709", *, limited=True):
    """Unrounded 8-bit Y', Cb, Cr of R'G'B' in 0..1, from the text of the recommendations."""
    kr, kb = STANDARDS[standard]
    red, green, blue = np.moveaxis(np.asarray(rgb, np.float64), -1, 0)
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    # Half of either colour difference's range is reached by pure blue and pure red.
    pb, pr = 0.5 * (blue - luma) / (1 - kb), 0.5 * (red - luma) / (1 - kr)
    if limited:
        return np.stack([16 + 219 * luma, 128 + 224 * pb, 128 + 224 * pr], axis=-1)
    return np.stack([255 * luma, 128 + 255 * pb, 128 + 255 * pr], axis=-1)


def rgb_of(codes, standard, *, limited):
    """The way back, by the recommendations' equations for a receiver."""
    kr, kb = STANDARDS[standard]
    scale, offset = np.array([219, 224, 224] if limited else [255, 255, 255]), [16 if limited else 0, 128, 128]
    luma, pb, pr = np.moveaxis((codes - offset) / scale, -1, 0)
    red, blue = luma + 2 * (1 - kr) * pr, luma + 2 * (1 - kb) * pb
    return np.stack([red, (luma - kr * red - kb * blue) / (1 - kr - kb), blue], axis=-1)


def lattice():
    """(n, 3) uint8: every level of grey and of each channel, and a lattice of colours."""
    ramp = np.arange(256)
    ramps = [np.multiply.outer(ramp, mask) for mask in ([1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1])]
    steps = np.linspace(0, 255, 9).round().astype(int)
    colours = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
    return np.concatenate([*ramps, colours]).astype(np.uint8)


def planes_of(gl, rgb):
    """Draw a picture, convert it, read the packed planes: luma, cb, cr."""
    from corticast.gl.readback import ReadbackRing
    from corticast.gl.target import Target
    from corticast.passes.picture import TexturePass, picture_texture
    from corticast.passes.planes import PlanePass

    height, width = rgb.shape[:2]
    frame = Target(gl, (width, height))
    with frame.bound():
        TexturePass((width, height)).draw(picture_texture(rgb, (width, height)), (0, 0, width, height))
    conversion = PlanePass(gl, (width, height))
    conversion.draw(frame)
    ring = ReadbackRing(conversion.n_bytes, 2)
    assert ring.push(conversion.target) is None
    (packed,) = ring.drain()
    ring.close()
    straight = ReadbackRing(conversion.n_bytes, 0)
    assert np.array_equal(straight.push(conversion.target), packed)
    assert not list(straight.drain())
    planes = conversion.planes(packed)
    assert planes.size == conversion.size[0] * conversion.size[1] * 3 // 2
    return split(planes, conversion.size)


def split(planes, size):
    """Luma, cb, cr of planar 4:2:0."""
    w, h = size
    cb, cr = planes[w * h :].reshape(2, h // 2, w // 2)
    return planes[: w * h].reshape(h, w), cb, cr


def converted_by_ffmpeg(rgb, filters, pix_fmt, dtype=np.uint8):
    height, width = rgb.shape[:2]
    command = [executable(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-i", "-"]
    command += ["-vf", f"{filters},format={pix_fmt}", "-f", "rawvideo", "-"]
    reported = subprocess.run(command, input=np.ascontiguousarray(rgb).tobytes(), capture_output=True, check=True)
    return np.frombuffer(reported.stdout, dtype)


def needs_zimg():
    reported = subprocess.run([executable(), "-hide_banner", "-filters"], capture_output=True, text=True, check=True)
    if not re.search(r"\bzscale\b", reported.stdout):
        pytest.skip("this ffmpeg has no zscale")


def test_matrix_is_the_one_of_the_standard():
    """BT.709 in 8 bits, the codes that test signals have."""
    for rgb, codes in {
        (0, 0, 0): (16, 128, 128),
        (1, 1, 1): (235, 128, 128),
        (1, 0, 0): (63, 102, 240),
        (0, 1, 0): (173, 42, 26),
        (0, 0, 1): (32, 240, 118),
    }.items():
        assert np.round(rgb_to_ycbcr(rgb) * 255).tolist() == list(codes)
    full = YcbcrEncoding(limited=False)
    assert np.round(rgb_to_ycbcr([1, 1, 1], full) * 255).tolist() == [255, 128, 128]


@pytest.mark.parametrize("limited", [True, False])
@pytest.mark.parametrize("standard", STANDARDS)
def test_matrices_follow_from_kr_kb_and_range(fidelity, standard, limited):
    encoding = YcbcrEncoding(*STANDARDS[standard], limited=limited)
    rgb = lattice() / 255
    codes = rgb_to_ycbcr(rgb, encoding) * 255
    errors = codes - codes_of(rgb, standard, limited=limited)
    fidelity.within("Colour: matrices from Kr, Kb and range", DEFINITION, errors, 1e-9, "codes")
    there_and_back = rgb_of(codes, standard, limited=limited) - rgb
    fidelity.within("Colour: matrices, there and back", "the receiver's equations in float64", there_and_back, 1e-12)


@pytest.mark.parametrize("limited", [True, False])
@pytest.mark.parametrize("standard", STANDARDS)
def test_matrices_are_those_of_zimg(fidelity, standard, limited):
    needs_zimg()
    matrix = {"bt601": "170m", "bt709": "709", "bt2020": "2020_ncl"}[standard]
    conversion = f"format=gbrp,zscale=matrix={matrix}:range={'limited' if limited else 'full'}:dither=none"
    rgb = lattice()[None]
    planes = converted_by_ffmpeg(rgb, conversion, "yuv444p16le", "<u2").reshape(3, -1).T.astype(np.float64)
    # 16 bits: limited codes are 8-bit codes times 256; full ones run to 65535, with chroma about 32768.
    codes = planes / 256 if limited else (planes - [0, 32768, 32768]) / 257 + [0, 128, 128]
    errors = rgb_to_ycbcr(rgb[0] / 255, YcbcrEncoding(*STANDARDS[standard], limited=limited)) * 255 - codes
    fidelity.within("Colour: matrices from Kr, Kb and range", "zimg in 16 bits", errors, 0.01, "codes")


@pytest.mark.parametrize("limited", [True, False])
@pytest.mark.parametrize("standard", STANDARDS)
def test_shaders_take_any_matrix(current_gl, fidelity, monkeypatch, standard, limited):
    """The shaders hold no coefficient of their own: another standard gives its own planes."""
    encoding = YcbcrEncoding(*STANDARDS[standard], limited=limited)
    monkeypatch.setattr("corticast.passes.planes.YcbcrEncoding", lambda: encoding)
    # Every colour fills four rows and columns, and the one before reaches a column into it.
    rgb = lattice()[:1736].reshape(31, 56, 3).repeat(4, axis=0).repeat(4, axis=1)
    luma, cb, cr = planes_of(current_gl, rgb)
    codes = codes_of(rgb / 255, standard, limited=limited)
    errors = [luma - codes[..., 0], (cb - codes[::2, ::2, 1])[:, 1::2], (cr - codes[::2, ::2, 2])[:, 1::2]]
    errors = np.concatenate([part.ravel() for part in errors])
    fidelity.within("Colour: Y'CbCr planes, drawn", DEFINITION, errors, 0.502, "codes")


@pytest.mark.parametrize("size", [(64, 48), (100, 62), (102, 46), (37, 23), (8, 2), (1, 1)])
def test_planes_equal_the_definition(current_gl, fidelity, rng, size):
    width, height = size
    rgb = rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
    luma, cb, cr = planes_of(current_gl, rgb)
    # Odd sides repeat their last pixels.
    padded = np.pad(rgb, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    codes = codes_of(padded / 255)
    # Chroma: 1 2 1 about the left column of each pair, the mean of two rows.
    rows = (codes[0::2] + codes[1::2]) / 2
    wide = np.pad(rows, ((0, 0), (1, 1), (0, 0)), mode="edge")
    sited = (wide[:, :-2] + 2 * wide[:, 1:-1] + wide[:, 2:])[:, 0::2] / 4
    errors = [luma - codes[..., 0], cb - sited[..., 1], cr - sited[..., 2]]
    errors = np.concatenate([part.ravel() for part in errors])
    fidelity.within("Colour: Y'CbCr planes, drawn", DEFINITION, errors, 0.502, "codes")


def test_a_ramp_of_every_level(current_gl, fidelity):
    ramp = np.arange(256, dtype=np.uint8)
    rgb = np.repeat(np.repeat(ramp[None, :, None], 3, axis=2), 2, axis=0)
    luma, cb, cr = planes_of(current_gl, rgb)
    fidelity.within("Colour: Y'CbCr planes, drawn", DEFINITION, luma[0] - (16 + 219 * (ramp / 255)), 0.502, "codes")
    assert (cb == 128).all()
    assert (cr == 128).all()


@pytest.mark.parametrize("axis", ["across", "down"])
def test_chroma_samples_lie_on_their_left_column_between_their_rows(current_gl, fidelity, axis):
    """On a linear ramp from green to magenta a sample has the value of its place; half a pixel off is 2.7 codes."""
    step = 8 * np.arange(32)
    line = np.stack([step, 248 - step, step], axis=-1).astype(np.uint8)
    across = axis == "across"
    rgb = np.broadcast_to(line[None] if across else line[:, None], (32, 32, 3))
    _, cb, cr = planes_of(current_gl, np.ascontiguousarray(rgb))
    # Sample (i, j) of ITU-T H.264, figure E-1, type 0, in luma pixels: row 2 i + 0.5, column 2 j.
    place = 2 * np.arange(16) + (0 if across else 0.5)
    colour = np.stack([8 * place, 248 - 8 * place, 8 * place], axis=-1) / 255
    expected = codes_of(colour)[:, 1:]
    slope = np.diff(expected, axis=0).mean(axis=0) / 2
    assert np.abs(slope).min() > 5  # codes per pixel
    drawn = np.stack([cb[7] if across else cb[:, 7], cr[7] if across else cr[:, 7]], axis=-1)
    # The first sample's left neighbour lies outside of the frame.
    errors = (drawn - expected)[1:]
    fidelity.within("Colour: chroma at its place on a ramp", "ITU-T H.264, figure E-1, type 0", errors, 0.502, "codes")
    shift_px = errors.mean(axis=0) / slope
    fidelity.within("Colour: shift of chroma samples", "ITU-T H.264, figure E-1, type 0", shift_px, 0.05, "px")


SWSCALE = "scale=out_color_matrix=bt709:out_range=tv:flags=bilinear+accurate_rnd+full_chroma_inp+full_chroma_int"
CONVERTERS = {
    "swscale": (f"{SWSCALE}:out_v_chr_pos=128:out_h_chr_pos=0", f"{SWSCALE}:out_v_chr_pos=128:out_h_chr_pos=128"),
    "zimg": tuple(
        f"format=gbrp,zscale=matrix=709:range=limited:dither=none:filter=bilinear:chromal={siting}"
        for siting in ("left", "center")
    ),
}


@pytest.mark.parametrize("converter", CONVERTERS)
def test_planes_are_those_of_other_converters(current_gl, fidelity, rng, converter):
    if converter == "zimg":
        needs_zimg()
    # Waves of 48 pixels and more: shorter ones differ by the filter, not by where the samples lie.
    width, height = size = (192, 128)
    y, x = np.mgrid[:height, :width] * (2 * np.pi / 48)
    waves = rng.uniform(0.3, 1, (3, 2, 1, 1)), rng.uniform(0, 6, (3, 1, 1))
    rgb = 127.5 + 120 * np.sin(waves[0][:, 0] * x + waves[0][:, 1] * y + waves[1])
    rgb = np.moveaxis(rgb, 0, -1).round().astype(np.uint8)
    ours = planes_of(current_gl, rgb)
    left, centre = (split(converted_by_ffmpeg(rgb, filters, "yuv420p"), size) for filters in CONVERTERS[converter])
    luma, *chroma = (a.astype(int) - b for a, b in zip(ours, left, strict=True))
    fidelity.within("Colour: luma of a smooth picture", converter, luma, 1, "codes")
    chroma = np.stack(chroma)[:, 1:-1, 1:-1]
    fidelity.within("Colour: chroma of a smooth picture, sited left", converter, chroma, 2, "codes")
    # The comparison can tell: half a pixel to the right is another picture.
    elsewhere = np.stack([a.astype(int) - b for a, b in zip(ours[1:], centre[1:], strict=True)])[:, 1:-1, 1:-1]
    assert np.abs(elsewhere).mean() > 3 * np.abs(chroma).mean()
    assert np.abs(elsewhere).max() >= 4
