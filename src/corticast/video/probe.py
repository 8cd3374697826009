"""Whether hardware encodes: one frame is tried, since ffmpeg's list of encoders says little of the machine.

A data-centre GPU has a driver and no encoder. A desktop's takes sizes up to a limit. A container sees no device.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

from corticast.core.model.encoder import EncoderOptions
from corticast.errors import DeviceError
from corticast.process.ffmpeg import FfmpegRun, spoken
from corticast.video.arguments.film import encode, staged_name
from corticast.video.codecs import SOFTWARE, Codec, hardware_codecs
from corticast.video.formats import FilmFormat, Size, film_format

# A driver that initialises many GPUs takes a few seconds; one that takes longer has hung.
_LIMIT_S = 15.0
_N_AT_ONCE = 4

# Every hardware encoder takes this size; many take none below 145×49 or 256×128.
_USUAL_SIZE = (640, 360)
_USUAL_FPS = Fraction(30)


def failure_of(film: FilmFormat, threads: int | None = None) -> str | None:
    """Encode one frame with the options of a film.

    Parameters
    ----------
    film : its format
    threads : of the encoder, None leaves it to ffmpeg

    Returns
    -------
    the reason for a failure, in ffmpeg's words; None if it worked

    Raises
    ------
    DeviceError : there is no ffmpeg, or it does not start
    """
    lines: list[str] = []
    with tempfile.TemporaryDirectory(prefix="corticast-") as folder, tempfile.TemporaryFile() as frame:
        # Its bytes are zeros.
        frame.truncate(film.frame_bytes)
        with FfmpegRun(
            encode(film, None, threads), label="hardware", folder=Path(folder), stdin=frame.fileno(), hear=lines.append
        ) as run:
            try:
                status = run.status(_LIMIT_S)
            except TimeoutError:
                return f"no frame within {_LIMIT_S:g} s"
        made = Path(folder, staged_name(film))
        if status == 0 and made.is_file() and made.stat().st_size > 0:
            return None
    # The first line gives the cause, those that follow its consequences.
    return next(filter(None, map(spoken, lines)), f"ffmpeg ended with status {status}").rstrip(".")


def require(film: FilmFormat, asked: str, threads: int | None = None) -> None:
    """Check that the hardware encoder of a film works.

    Parameters
    ----------
    film : its format
    asked : value of --encoder
    threads : of the encoder, None leaves it to ffmpeg

    Raises
    ------
    DeviceError : it does not work; the text names the encoders that do
    """
    reason = failure_of(film, threads)
    if reason is None:
        return
    others = [codec for codec in hardware_codecs(film.container) if codec != film.codec]
    failures = _failures_of(others, film.container, film.size, film.fps)
    software = SOFTWARE[film.container]
    usable = [name for name, failure in failures.items() if failure is None]
    is_software_too = any(codec.name == film.codec.name for codec in software)
    usable.append("software" if is_software_too else f"software (which makes {software[0].name})")
    raise DeviceError(
        f"--encoder {asked}: {film.codec.encoder} does not work here ({reason}); give {' or '.join(usable)}"
    )


def hardware_failures() -> dict[str, str | None]:
    """Try every hardware encoder on a frame of a usual size.

    Returns
    -------
    ffmpeg's name of each -> the reason for its failure, None if it worked

    Raises
    ------
    DeviceError : there is no ffmpeg, or it does not start
    """
    return {
        name: failure
        for container in SOFTWARE
        for name, failure in _failures_of(hardware_codecs(container), container, _USUAL_SIZE, _USUAL_FPS).items()
    }


def _failures_of(codecs: Iterable[Codec], container: str, size: Size, fps: Fraction) -> dict[str, str | None]:
    encodings = [EncoderOptions(codec.name, encoder=codec.encoder) for codec in codecs]
    films = [film_format(f"film{container}", size=size, fps=fps, encoding=encoding) for encoding in encodings]
    with ThreadPoolExecutor(_N_AT_ONCE, thread_name_prefix="corticast-probe") as pool:
        return dict(zip((film.codec.encoder for film in films), pool.map(failure_of, films), strict=True))
