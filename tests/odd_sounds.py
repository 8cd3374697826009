"""Faulty sounds: libsndfile, mpg123 or ffmpeg complain about them."""

from __future__ import annotations

import struct

import numpy as np
import soundfile

RATE = 22050


def tones(n=2 * RATE):
    """(n, 2) float64, two tones and some noise."""
    time_s = np.arange(n) / RATE
    noise = 0.01 * np.random.default_rng(0).standard_normal(n)
    return np.stack([0.3 * np.sin(2 * np.pi * 440 * time_s) + noise, 0.2 * np.sin(2 * np.pi * 1000 * time_s)], axis=1)


def mp3(path):
    """An MP3 without faults."""
    soundfile.write(path, tones(), RATE, format="MP3", subtype="MPEG_LAYER_III")
    return path


def _mp3_with(path, change):
    content = bytearray(mp3(path).read_bytes())
    change(content)
    path.write_bytes(content)
    return path


def mp3_with_a_hole(path):
    """400 bytes of zeros."""
    return _mp3_with(path, lambda content: content.__setitem__(slice(3000, 3400), bytes(400)))


def mp3_with_wrong_side_information(path):
    """Frames whose headers are right, and the bytes behind them wrong: mpg123 complains of each."""

    def change(content):
        rng = np.random.default_rng(1)
        place = content.find(bytes(content[:3]), 4)
        while 0 < place < len(content) - 2000:
            content[place + 6 : place + 30] = rng.bytes(24)
            place = content.find(bytes(content[:3]), place + 100)

    return _mp3_with(path, change)


def mp3_cut_off(path):
    """Half of the file."""
    return _mp3_with(path, lambda content: content.__delitem__(slice(len(content) // 2, None)))


def mp3_with_a_wrong_length(path):
    """A second half that the Xing header does not know of."""
    return _mp3_with(path, lambda content: content.extend(content[len(content) // 2 :]))


def wav(path, *, announced=None, before=b"", subtype="PCM_16", samples=None):
    """A WAV, with chunks before the samples, and any length in its header."""
    soundfile.write(path, tones() if samples is None else samples, RATE, format="WAV", subtype=subtype)
    content = path.read_bytes()
    place = content.index(b"data")
    size = announced if announced is not None else struct.unpack("<I", content[place + 4 : place + 8])[0]
    path.write_bytes(content[:place] + before + b"data" + struct.pack("<I", size) + content[place + 8 :])
    return path


def wav_with_junk(path):
    """Chunks that no program knows, one of odd length."""
    return wav(path, before=b"JUNK\x05\0\0\0abcde\0" + b"xyz \x04\0\0\0\0\0\0\0")


def wav_that_announces_more(path):
    """Twice the length that is there."""
    return wav(path, announced=16 * RATE)


def wav_without_a_length(path):
    """The length of a program that streams."""
    return wav(path, announced=0xFFFFFFFF)


def wav_of_nan(path):
    """Some samples that are no numbers, and one beyond all sounds."""
    samples = tones()
    samples[5:15, 0], samples[20, 1], samples[30, 1] = np.nan, np.inf, 1e30
    return wav(path, samples=samples.astype("f4"), subtype="FLOAT")


def ogg_cut_off(path):
    """Half of the file."""
    soundfile.write(path, tones(), RATE, format="OGG", subtype="VORBIS")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path
