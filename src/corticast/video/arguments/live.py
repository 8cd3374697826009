"""ffmpeg's arguments for capturing a live show, and for completing the film at the end of the show.

If everything is killed, the part on disk still plays. The file begins with the moov box: `delay_moov` waits for the
first packets, so it knows that AAC starts 23 ms early; `empty_moov` does not. The file then grows by fragments, which
are written at once. Encoders delay nothing: no frame waits for a later one or for another thread.

Compared with renders, on slices with electrodes at 1280×720 and 30 frames per second, superfast, crf 18: files are 18 %
larger (no B-frames 14 %, twice as many key frames 5 %, threads on slices 0 %), luma PSNR is 0.8 dB lower, and CPU time
is 5 % lower; renders had B-frames then. After a kill, 0.04 to 0.25 s of the show were lost, at 30 and at 60 frames per
second.
"""

from __future__ import annotations

import os
from pathlib import Path

from corticast.video.arguments.film import (
    FINE_STEPS,
    WITHOUT_DECISIONS,
    SoundFeed,
    encode_sound,
    movie_clock,
    read_pipes,
    staged_name,
)
from corticast.video.arguments.hardware import hardware_options
from corticast.video.formats import FilmFormat

# The most that a kill loses. Each fragment takes about 500 bytes of boxes, which the completed film drops.
_FRAGMENT_US = 250_000

# The encoder's threads work on slices of one frame. Each slice's edges cost bits.
_MOST_SLICES = 8
_X264_NOW = "sync-lookahead=0:rc-lookahead=0:sliced-threads=1"

_HARDWARE_NOW = {
    "nvenc": ["-zerolatency", "1", "-delay", "0"],
    "videotoolbox": ["-realtime", "1"],
    "qsv": ["-async_depth", "1"],
    "vaapi": ["-async_depth", "1"],
}


def capture(film: FilmFormat, sound: SoundFeed, threads: int | None, output: Path) -> list[str]:
    """Arguments to encode frames from pipe:0 and sound from its own pipe, until both end.

    Parameters
    ----------
    film : format of the film, an .mp4
    sound : sound of unknown duration
    threads : threads of the encoder; None for all cores
    output : absolute path of the growing file
    """
    encoder = _hardware(film) if film.codec.hardware else _h264(film, threads)
    # More key frames than in renders, so that a rescued file seeks well, too.
    key_frames = ["-g", str(max(1, int(film.fps / 2)))]
    clock = movie_clock(film, film.encoded_rate(sound.sample_rate))
    fragments = ["-movflags", "+delay_moov", "-frag_duration", str(_FRAGMENT_US), "-flush_packets", "1", *clock]
    options = [*encode_sound(film, sound), *encoder, *key_frames, *fragments]
    return [*read_pipes(film, sound), *options, "-f", "mp4", str(output)]


def complete(film: FilmFormat, captured: Path, sample_rate: int) -> list[str]:
    """Arguments to turn a captured file into a plain film, without encoding again.

    Parameters
    ----------
    film : format of the film
    captured : absolute path of the file from `capture`
    sample_rate : sample rate of the captured sound
    """
    clock = movie_clock(film, film.encoded_rate(sample_rate))
    copies = ["-map", "0:v", "-map", "0:a", "-c", "copy"]
    return ["-i", str(captured), *copies, "-movflags", "+faststart", *clock, staged_name(film)]


def _h264(film: FilmFormat, threads: int | None) -> list[str]:
    n_slices = min(threads or os.cpu_count() or 1, _MOST_SLICES)
    encoder = ["-threads", str(n_slices), "-c:v", "libx264", "-preset", film.preset, "-crf", f"{film.crf:g}"]
    return [
        *encoder,
        "-bf",
        "0",
        "-x264-params",
        f"{FINE_STEPS}:{WITHOUT_DECISIONS}:{_X264_NOW}",
        "-pix_fmt",
        "yuv420p",
    ]


def _hardware(film: FilmFormat) -> list[str]:
    return [*hardware_options(film), *_HARDWARE_NOW[film.codec.hardware]]
