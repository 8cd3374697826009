"""Sound of any kind gives the samples that are in it, as many as it says, from wherever one begins."""

from __future__ import annotations

import os
import subprocess
import tracemalloc
from fractions import Fraction

import imageio_ffmpeg
import numpy as np
import pytest
import scipy
import soundfile
from tests.processes import children

from corticast.errors import DataError, DeviceError, OptionError
from corticast.io.audio import load_audio

RATE = 22050
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


def tones(n=3 * RATE, n_channels=2, rate=RATE):
    """(n, n_channels) float64 within ±0.8, no two stretches alike: a rising tone, and another in each channel."""
    t = np.arange(n) / rate
    phase = 2 * np.pi * (200 * t + 300 * t**2)
    return 0.8 * np.sin(phase[:, np.newaxis] * np.arange(1, n_channels + 1))


def ffmpeg(*arguments, **options):
    return subprocess.run([FFMPEG, "-v", "error", "-y", *map(str, arguments)], check=True, **options)


def decoded(path):
    """(n_channels, n) by ffmpeg itself, channels counted by hand."""
    raw = ffmpeg("-i", path, "-map", "0:a:0", "-f", "f32le", "-", stdout=subprocess.PIPE).stdout
    return np.frombuffer(raw, "<f4").reshape(-1, 2).T


def read(sound, *arguments, **options):
    """All that `blocks` gives, checked for its form."""
    blocks = list(sound.blocks(*arguments, **options))
    for block in blocks:
        assert block.dtype == np.float32
        assert block.shape[0] == sound.n_channels
        assert block.flags.c_contiguous
        assert np.isfinite(block).all()
    return np.concatenate(blocks, axis=1) if blocks else np.zeros((sound.n_channels, 0), np.float32)


def refused(path, *words):
    with pytest.raises(DataError) as error:
        load_audio(path)
    text = str(error.value)
    assert "\n" not in text
    for word in (str(path), *words):
        assert word in text


@pytest.fixture(scope="module")
def wav(tmp_path_factory):
    path = tmp_path_factory.mktemp("sound") / "tones.wav"
    soundfile.write(path, tones(), RATE, subtype="PCM_16")
    return path


@pytest.fixture(scope="module")
def encoded(wav):
    """Makes a file of the tones by ffmpeg's encoders, once for each name."""

    def make(name, *arguments):
        path = wav.with_name(name)
        if not path.exists():
            ffmpeg("-i", wav, *arguments, path)
        return path

    return make


# Values


@pytest.mark.parametrize("n_channels", [1, 2, 3, 24])
@pytest.mark.parametrize(
    ("dtype", "scale"), [("uint8", None), ("int16", 2**15), ("int32", 2**31), ("float32", 1), ("float64", 1)]
)
def test_wav_values_are_scipys(tmp_path, dtype, scale, n_channels):
    samples = tones(5000, n_channels)
    stored = (samples * 127 + 128) if scale is None else samples * (scale if scale == 1 else scale - 1)
    path = tmp_path / "t.wav"
    scipy.io.wavfile.write(path, 8000, stored.astype(dtype))
    sound = load_audio(path)
    _, reference = scipy.io.wavfile.read(path)
    reference = reference.reshape(5000, n_channels).astype(np.float64)
    expected = (reference - 128) / 128 if scale is None else reference / scale
    np.testing.assert_allclose(read(sound), expected.T, rtol=0, atol=6e-8)
    assert (sound.sample_rate, sound.n_channels, sound.n_samples) == (8000, n_channels, 5000)
    assert sound.duration_s == Fraction(5, 8)
    assert (sound.name, sound.path, sound.warnings) == ("t.wav", path, ())
    assert sound.format.startswith("WAV")


@pytest.mark.parametrize(
    ("container", "subtype", "tolerance"),
    [
        ("WAV", "PCM_24", 1.3e-7),
        ("RF64", "PCM_16", 4e-5),
        ("AIFF", "PCM_16", 4e-5),
        ("AU", "PCM_16", 4e-5),
        ("AU", "PCM_24", 1.3e-7),
        ("FLAC", "PCM_16", 4e-5),
        ("W64", "FLOAT", 0),
    ],
)
def test_lossless_formats(tmp_path, container, subtype, tolerance):
    path = tmp_path / "sound"
    samples = tones(9001).astype(np.float32)
    soundfile.write(path, samples, 96000, format=container, subtype=subtype)
    sound = load_audio(path)
    np.testing.assert_allclose(read(sound), samples.T, rtol=0, atol=tolerance)
    assert (sound.sample_rate, sound.format, sound.warnings) == (96000, f"{container} {subtype}", ())


FFMPEG_ONLY = [
    ("tones.m4a", ()),
    ("alac.m4a", ("-c:a", "alac")),
    ("tones.webm", ("-c:a", "libopus")),
    ("tones.aac", ()),
    ("tones.wv", ()),
    ("int64.wav", ("-c:a", "pcm_s64le")),
    ("a.mp3", ("-b:a", "96k")),
    ("v.mp3", ("-q:a", "4")),
    ("variable.mp3", ("-q:a", "4", "-write_xing", "0")),
]


@pytest.mark.parametrize(("name", "arguments"), FFMPEG_ONLY)
def test_the_rest_is_decoded_by_ffmpeg(encoded, name, arguments):
    path = encoded(name, *arguments)
    sound = load_audio(path)
    expected = decoded(path)
    assert (sound.n_channels, sound.n_samples) == expected.shape
    np.testing.assert_array_equal(read(sound), expected)
    assert sound.format.endswith("decoded by ffmpeg")
    assert sound.warnings == ()
    # The sound itself, where a format keeps its beginning: as long as it was, and like it.
    if name not in ("tones.aac", "variable.mp3"):
        assert sound.duration_s == 3
    if sound.sample_rate == RATE and sound.n_samples == 3 * RATE:
        assert np.corrcoef(read(sound)[0], tones()[:, 0])[0, 1] > 0.99


def test_lossy_formats_of_libsndfile(encoded):
    path = encoded("t.ogg")
    sound = load_audio(path)
    assert "ffmpeg" not in sound.format
    assert sound.n_samples == 3 * RATE
    np.testing.assert_allclose(read(sound), decoded(path), atol=2e-4)


def test_lossless_detour_through_ffmpeg_changes_nothing(wav, encoded):
    np.testing.assert_array_equal(read(load_audio(encoded("alac.m4a", "-c:a", "alac"))), read(load_audio(wav)))


def test_sound_of_a_video(wav):
    path = wav.with_name("film.mp4")
    video = ("-f", "lavfi", "-i", "color=red:s=64x64:r=10:d=3")
    ffmpeg(*video, "-i", wav, "-i", wav, "-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264", path)
    sound = load_audio(path)
    assert (sound.n_channels, sound.n_samples, sound.sample_rate) == (2, 3 * RATE, RATE)
    assert sound.format == "aac, decoded by ffmpeg"


# Ranges


@pytest.mark.parametrize(
    "name", ["tones.wav", "flac.flac", "a.mp3", "v.mp3", "t.ogg", "o.opus", "tones.m4a", "tones.webm", "int64.wav"]
)
def test_any_range_is_a_slice_of_the_whole(encoded, name):
    arguments = {"v.mp3": ("-q:a", "4"), "a.mp3": ("-b:a", "96k"), "int64.wav": ("-c:a", "pcm_s64le")}.get(name, ())
    sound = load_audio(encoded(name, *arguments))
    whole, n = read(sound), sound.n_samples
    assert whole.shape == (2, n)
    for start, stop in [(0, 1), (1, 1153), (n // 2, n // 2 + 3000), (n - 5000, None), (n - 1, n + 9), (70000, 40)]:
        np.testing.assert_array_equal(read(sound, 1000, start, stop), whole[:, start:stop])


def test_block_sizes(wav, encoded):
    for path in (wav, encoded("tones.m4a"), encoded("t.ogg")):
        sound = load_audio(path)
        sizes = [block.shape[1] for block in sound.blocks(1000, start=5, stop=3505)]
        assert sizes == [1000, 1000, 1000, 500]
        assert next(sound.blocks()).shape == (2, 65536)
        assert list(sound.blocks(start=sound.n_samples)) == []
        for wrong in ({"block_size": 0}, {"start": -1}):
            with pytest.raises(OptionError):
                sound.blocks(**wrong)


def test_two_readers_do_not_disturb_one_another(wav, encoded):
    for path in (wav, encoded("tones.m4a")):
        sound = load_audio(path)
        pairs = zip(sound.blocks(5000), sound.blocks(5000), strict=True)
        assert all(np.array_equal(a, b) for a, b in pairs)


# Odd and damaged files


def test_contents_count_not_names(wav, encoded, tmp_path):
    for source, name in [(encoded("t.ogg"), "a.wav"), (wav, "b.raw"), (encoded("tones.m4a"), "c.txt"), (wav, "d")]:
        path = tmp_path / name
        path.write_bytes(source.read_bytes())
        np.testing.assert_array_equal(read(load_audio(path)), read(load_audio(source)))


def test_names_that_look_like_options_and_addresses(encoded, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("-i.m4a", "http:x.m4a", "ö %d [1].m4a"):
        (tmp_path / name).write_bytes(encoded("tones.m4a").read_bytes())
        assert load_audio(name).n_samples == 3 * RATE


def test_not_finite_samples_are_silence(tmp_path):
    samples = tones().astype(np.float32)
    samples[100:110, 0] = np.nan
    samples[70000 % len(samples), 1] = -np.inf
    samples[200] = 4.0
    path = tmp_path / "n.wav"
    scipy.io.wavfile.write(path, RATE, samples)
    sound = load_audio(path)
    np.testing.assert_array_equal(read(sound), np.where(np.isfinite(samples), samples, 0).T)
    (warning,) = sound.warnings
    assert "11 samples" in warning
    assert read(sound).max() == 4.0
    # The same by way of ffmpeg.
    other = path.with_name("n.mkv")
    ffmpeg("-i", path, "-c:a", "copy", other)
    np.testing.assert_array_equal(read(load_audio(other)), read(sound))
    assert len(load_audio(other).warnings) == 1


def test_headers_without_sizes(wav, tmp_path):
    for name, muxer in [("s.wav", "wav"), ("s.flac", "flac"), ("s.au", "au"), ("s.ogg", "ogg")]:
        path = tmp_path / name
        with path.open("wb") as stream:
            ffmpeg("-i", wav, "-f", muxer, "-", stdout=stream)
        sound = load_audio(path)
        assert (sound.n_samples, sound.warnings) == (3 * RATE, ())
        assert read(sound).shape[1] == 3 * RATE


def test_mp3_of_two_songs_is_read_to_its_end(encoded, tmp_path):
    path = tmp_path / "two.mp3"
    path.write_bytes(encoded("a.mp3", "-b:a", "96k").read_bytes() * 2)
    sound = load_audio(path)
    assert sound.n_samples > 6 * RATE
    assert read(sound).shape[1] == sound.n_samples


def test_ogg_of_two_songs_is_read_to_its_end(wav, encoded, tmp_path):
    second = tmp_path / "second.ogg"
    soundfile.write(second, tones(RATE), RATE, format="OGG", subtype="VORBIS")
    path = tmp_path / "two.ogg"
    path.write_bytes(encoded("t.ogg").read_bytes() + second.read_bytes())
    sound = load_audio(path)
    assert abs(sound.n_samples - 4 * RATE) < 1024
    assert read(sound).shape[1] == sound.n_samples
    assert sound.warnings == ()


def test_ogg_that_ends_at_a_page_or_within_the_last(encoded, tmp_path):
    content = encoded("t.ogg").read_bytes()
    for name, end in [("page.ogg", content.rfind(b"OggS")), ("within.ogg", len(content) - 100)]:
        path = tmp_path / name
        path.write_bytes(content[:end])
        sound = load_audio(path)
        assert RATE < sound.n_samples < 3 * RATE
        assert read(sound).shape[1] == sound.n_samples
        assert "cut off" in sound.warnings[0]


def test_mp3_with_a_large_tag(encoded, tmp_path):
    content = encoded("v.mp3", "-q:a", "4").read_bytes()
    assert content.startswith(b"ID3")
    assert content[6:8] == b"\0\0"
    n_old, cover = 10 + content[8] * 128 + content[9], bytes(50 * 128)
    path = tmp_path / "cover.mp3"
    path.write_bytes(b"ID3\x04\0\0\0\0" + bytes([50, 0]) + cover + content[n_old:])
    sound = load_audio(path)
    assert sound.n_samples == 3 * RATE
    np.testing.assert_array_equal(read(sound), read(load_audio(encoded("v.mp3"))))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("tones.wav", ()),
        ("t.aiff", ()),
        ("t.au", ()),
        ("flac.flac", ()),
        ("t.ogg", ()),
        ("o.opus", ()),
        ("v.mp3", ("-q:a", "4")),
        ("fast.m4a", ("-movflags", "+faststart")),
        ("tones.webm", ("-c:a", "libopus")),
    ],
)
def test_cut_off_files_give_what_is_there(encoded, tmp_path, name, arguments):
    whole = encoded(name, *arguments)
    path = tmp_path / name
    content = whole.read_bytes()
    path.write_bytes(content[: len(content) * 7 // 10])
    sound = load_audio(path)
    reference = read(load_audio(whole))
    assert 0.3 < sound.n_samples / reference.shape[1] < 0.8
    there = read(sound)
    assert there.shape[1] == sound.n_samples
    # The last frame may be patched up.
    np.testing.assert_allclose(there[:, :-8192], reference[:, : sound.n_samples - 8192], atol=1e-3)
    (warning,) = sound.warnings
    assert warning.startswith(f"{name}: ")
    assert "cut off" in warning


def test_what_is_no_sound(wav, tmp_path):
    text = tmp_path / "text.wav"
    text.write_text("hello, I am not audio\n" * 20)
    refused(text, "no sound that can be decoded")
    empty = tmp_path / "empty.wav"
    empty.touch()
    refused(empty, "empty")
    silent = tmp_path / "film.mp4"
    ffmpeg("-f", "lavfi", "-i", "color=red:s=64x64:r=10:d=1", silent)
    refused(silent, "there is no sound in it")
    header = tmp_path / "header.wav"
    soundfile.write(header, np.zeros((0, 2)), RATE)
    refused(header, "the sound has no samples")
    half = tmp_path / "half.m4a"
    ffmpeg("-i", wav, half)
    half.write_bytes(half.read_bytes()[:20000])
    refused(half, "moov atom not found")
    refused(tmp_path / "none.wav")
    refused(tmp_path)


def test_playlists_lead_nowhere(tmp_path):
    path = tmp_path / "list.m3u8"
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")
    refused(path)


def test_a_file_that_changes_is_reported(wav, encoded, tmp_path):
    for source in (wav, encoded("fast.m4a", "-movflags", "+faststart")):
        path = tmp_path / source.name
        path.write_bytes(source.read_bytes())
        sound = load_audio(path)
        os.truncate(path, path.stat().st_size // 2)
        with pytest.raises(DataError) as error:
            read(sound)
        assert str(path) in str(error.value)
        path.unlink()
        with pytest.raises(DataError):
            read(sound)


def test_without_ffmpeg(encoded, wav, monkeypatch):
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nonexistent/ffmpeg")
    assert load_audio(wav).n_samples == 3 * RATE
    with pytest.raises(DeviceError) as error:
        load_audio(encoded("tones.m4a"))
    assert "ffmpeg" in str(error.value)
    assert "\n" not in str(error.value)


# Resources


def test_nothing_is_left_running_or_open(encoded):
    sound = load_audio(encoded("tones.m4a"))
    children_before = children()
    before = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else None
    blocks = sound.blocks(100)
    next(blocks)
    blocks.close()
    # A test session may have a display or a sound server running.
    assert children() <= children_before
    if before is not None:
        assert set(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("extension", ["wav", "mkv"])
def test_memory_does_not_grow_with_length(tmp_path, extension):
    path = tmp_path / "long.wav"
    n_seconds, second = 12, np.zeros((48000, 24), np.int16)
    with soundfile.SoundFile(path, "w", 48000, 24, "PCM_16") as stream:
        for _ in range(n_seconds):
            stream.write(second)
    if extension == "mkv":
        ffmpeg("-i", path, "-c:a", "copy", path.with_suffix(".mkv"))
    tracemalloc.start()
    try:
        sound = load_audio(path.with_suffix(f".{extension}"))
        n = sum(block.shape[1] for block in sound.blocks(8192))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert n == sound.n_samples == n_seconds * 48000
    # 55 MB as float32; the block of 65536 samples that is counted is 6.3 MB, and its mask a quarter of that.
    assert peak < 20e6


# Real files


def test_shared_sounds(shared_data):
    paths = sorted([*shared_data.glob("audio/*/*.*"), *shared_data.glob("malformed/audio/*.*")])
    warnings = {}
    for path in paths:
        if path.suffix in (".txt", ".mid") or path.name in ("text.wav", "zero_samples.wav"):
            refused(path)
            continue
        sound = load_audio(path)
        warnings[path.name] = " ".join(sound.warnings)
        samples = read(sound)
        assert samples.shape == (sound.n_channels, sound.n_samples)
        if sound.n_channels == 2:
            np.testing.assert_allclose(samples, decoded(path), atol=2e-4)
    assert len(warnings) >= 42
    expected = {
        "truncated.wav": "0.500 s",
        "nan_inf_float.wav": "101 samples",
        "test-44100Hz-le-1ch-4bytes-early-eof.wav": "cut off",
    }
    assert {name for name, warning in warnings.items() if warning} == set(expected)
    assert all(word in warnings[name] for name, word in expected.items())
