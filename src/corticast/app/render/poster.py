"""The poster of a film: one of its frames as a picture, for players and web pages."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from corticast.core.arguments import check_path
from corticast.core.color.color import straight_alpha
from corticast.core.model.types import UInt8Array
from corticast.core.timing import Number, exact
from corticast.errors import OptionError
from corticast.film.film import Film

# So many frames of a film, evenly spread, are held against one another.
_N_COMPARED = 1000


@dataclass(frozen=True)
class Poster:
    """A poster that is wanted.

    Parameters
    ----------
    path : of the picture
    time_s : second of the film; None takes the frame with the most activity, or the middle one without activity
    """

    path: Path
    time_s: Fraction | None = None

    def index(self, film: Film) -> int:
        """The film's frame that is the poster.

        Raises
        ------
        OptionError : the film is over by then
        """
        if self.time_s is not None:
            if self.time_s >= film.duration_s:
                length = f"the film lasts {float(film.duration_s):g} s"
                raise OptionError(
                    f"--poster-time {float(self.time_s):g}: {length}; give a time within it", "poster_time"
                )
            return int(self.time_s * film.fps)
        return _most_active(film) if film.has_activity else film.n_frames // 2


def poster_of(path: str | os.PathLike[str] | None, time: Number | None) -> Poster | None:
    """The poster that a caller wants; None without a path.

    Raises
    ------
    OptionError : the path or the time cannot be used, or there is a time without a path
    """
    if path is None:
        if time is not None:
            raise OptionError(
                "--poster-time: does nothing without a poster; leave it out, or give --poster FILE", "poster_time"
            )
        return None
    check_path("poster", path, "the name of a picture, such as poster.png")
    time_s = None if time is None else exact(time, "poster_time", wanted="seconds of the film, such as 2.5")
    if time_s is not None and time_s < 0:
        raise OptionError(f"--poster-time {float(time_s):g}: before the film; give 0 or more seconds", "poster_time")
    return Poster(Path(path), time_s)


def _most_active(film: Film) -> int:
    """The frame whose drawn contacts have the largest mean magnitude of activity."""
    assert film.placed is not None
    candidates = np.unique(np.linspace(0, film.n_frames - 1, _N_COMPARED).round().astype(int))
    levels = [_level(film, int(index)) for index in candidates]
    return int(candidates[int(np.argmax(levels))])


def _level(film: Film, index: int) -> float:
    activity = film.frame(index).activity
    assert activity is not None
    assert film.placed is not None
    drawn = np.abs(activity[film.placed.drawn])
    known = drawn[np.isfinite(drawn)]
    return float(known.mean()) if len(known) else 0.0


def poster_pixels(frame: UInt8Array, *, is_transparent: bool) -> UInt8Array:
    """Pixels of the picture.

    Parameters
    ----------
    frame : (height, width, 4) uint8, sRGB, as it was drawn

    Returns
    -------
    (height, width, 3) uint8, or (height, width, 4) with straight alpha
    """
    return straight_alpha(frame) if is_transparent else np.ascontiguousarray(frame[:, :, :3])
