"""Options of a live show."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from corticast.core.flashes import FRONT_ROW
from corticast.core.model.encoder import EncoderOptions
from corticast.core.model.machine import Machine
from corticast.errors import OptionError

_LONGEST_BLOCK = 16384


@dataclass(frozen=True)
class LiveOptions:
    """Options of a live show.

    Parameters
    ----------
    device : sound device by number or name; None takes the default one
    sample_rate, n_channels : of the capture; None takes the device's
    block_size : samples of a callback's buffer; None takes 512 for a capture, and more for a file that plays
    seconds : duration of the show; None lets it run
    fps : frames per second without a window, and of the capture
    record : film to write
    encoding : quality, effort and encoder of the capture
    overwrite : replace a film that exists
    flash_limit : whether the activity is lowered while a large part of the frame flashes; None limits sound
    front_row : screen widths between the screen and the nearest viewer, above 0
    machine : where frames are drawn, and on how many threads
    """

    device: str | None = None
    sample_rate: int | None = None
    n_channels: int | None = None
    block_size: int | None = None
    seconds: float | None = None
    fps: Fraction = Fraction(30)
    record: Path | None = None
    encoding: EncoderOptions = EncoderOptions()
    overwrite: bool = False
    flash_limit: bool | None = None
    front_row: float = FRONT_ROW
    machine: Machine = field(default_factory=Machine)

    def __post_init__(self) -> None:
        if self.seconds is not None and not 0 < self.seconds < float("inf"):
            raise OptionError(f"--seconds {self.seconds:g}: give seconds above 0")
        if self.block_size is not None and not 16 <= self.block_size <= _LONGEST_BLOCK:
            raise OptionError(f"--block-size {self.block_size}: give 16 to {_LONGEST_BLOCK} samples")
        if self.sample_rate is not None and not 1000 <= self.sample_rate <= 768_000:
            raise OptionError(f"--sample-rate {self.sample_rate}: give 1000 to 768000 Hz")
        if self.n_channels is not None and not 1 <= self.n_channels <= 64:
            raise OptionError(f"--channels {self.n_channels}: give 1 to 64")
        if not 0 < self.front_row < float("inf"):
            raise OptionError(f"--front-row {self.front_row:g}: give screen widths above 0")
