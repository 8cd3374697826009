"""corticast spectrogram: the picture of a sound over time and frequency."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from corticast.cli.options import SCENE, Given, some_of
from corticast.cli.plotting import PlotOptions, write_plot
from corticast.cli.running import command
from corticast.core.model.kinds import Number
from corticast.core.model.options import PICTURE, SOUND, option, table_of
from corticast.core.model.run_options import OutputOptions

EXAMPLES = (
    "corticast spectrogram song.wav -o spectrogram.png",
    "corticast spectrogram song.wav -o spectrogram.png --max-hz 8000 --start 2.3 --duration 2.3 --cmap viridis",
)


@dataclass(frozen=True, kw_only=True)
class _SpectrogramOptions:
    max_hz: float | None = option(
        None,
        "Upper end of the frequency axis.",
        Number("HZ", above=0, example="8000"),
        SOUND,
        default_text="half of the sample rate",
        synonyms=("ymax", "fmax", "max_freq", "max_frequency", "ylim"),
    )
    range_db: float = option(
        80.0,
        "Decibels from the darkest to the brightest colour.",
        Number("DB", low=1, high=200, example="80"),
        PICTURE,
        synonyms=("dynamic_range", "db", "range"),
    )


TABLES = (
    table_of(PlotOptions),
    table_of(_SpectrogramOptions),
    {
        "start": replace(SCENE["start"], help="Second of the sound at which the picture begins.", needs=()),
        "duration": replace(
            SCENE["duration"],
            help="Length of the stretch in seconds.",
            default_text="up to the end of the sound",
            needs=(),
        ),
        "size": replace(SCENE["size"], default=(1280, 720)),
        "cmap": replace(
            SCENE["cmap"], default="viridis", help="Colour map of the levels.", default_text=None, needs=()
        ),
        "background": replace(
            SCENE["background"], default="white", help="Colour of the paper.", default_text=None, needs=()
        ),
    },
    some_of(OutputOptions, "overwrite", "verbose", "quiet"),
)


def spectrogram(
    sound: Annotated[Path, typer.Argument(help="Sound, or a video with sound.", metavar="SOUND")], *, given: Given
) -> None:
    """Draw the spectrogram of a sound, with its axes and the bar of its levels in decibels."""
    from corticast.app.plots.spectrogram import spectrogram_picture
    from corticast.io.audio import load_audio

    duration_s = given["duration"]
    write_plot(
        lambda: spectrogram_picture(
            load_audio(sound),
            given["size"],
            start_s=float(given["start"]),
            duration_s=None if duration_s is None else float(duration_s),
            title=sound.name,
            **given.some("max_hz", "range_db", "cmap", "background"),
        ),
        given,
        example="spectrogram.png",
    )


COMMAND = command(spectrogram, *TABLES, examples=EXAMPLES)
