"""The header of an EDF or BDF file, held against the length of the file."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from corticast.io.door import Stamp, opened
from corticast.io.edf_fields import HEADER_BYTES, EdfFields
from corticast.io.edf_signals import EdfSignal, signals_of
from corticast.io.file_kinds import RECORDING


@dataclass(frozen=True)
class EdfHeader:
    """What a header says, held against the length of the file.

    Parameters
    ----------
    path : path of the file
    format : "EDF" or "BDF"
    begin : bytes before the first record
    n_records : complete records that the file holds
    record_s : seconds of a record
    is_plus, is_discontinuous : whether records state their onsets, and whether time may pass between two of them
    signals : signals in the order of the file
    warnings : about the header, one line each
    stamp : of the file
    """

    path: Path
    format: str
    begin: int
    n_records: int
    record_s: Fraction
    is_plus: bool
    is_discontinuous: bool
    signals: tuple[EdfSignal, ...]
    warnings: tuple[str, ...]
    stamp: Stamp

    @property
    def sample_bytes(self) -> int:
        """Bytes of a sample."""
        return 3 if self.format == "BDF" else 2

    @property
    def record_samples(self) -> int:
        """Samples of all signals in a record."""
        return sum(signal.n for signal in self.signals)


def read_header(path: Path) -> EdfHeader:
    """Read the header of an EDF or BDF file.

    Raises
    ------
    DataError : the file is no EDF or BDF, its header contradicts itself, or no record is complete
    """
    with opened(path, RECORDING) as file:
        return _header(EdfFields(path, file), file.stamp)


def _header(fields: EdfFields, stamp: Stamp) -> EdfHeader:
    """The header, held against the length of the file."""
    kind = fields.file["kind"][0]
    record_s, no_length = fields.record_s()
    signals, warnings = signals_of(fields)
    begin = HEADER_BYTES * (1 + fields.n_signals)
    record_bytes = sum(signal.n for signal in signals) * (3 if fields.format == "BDF" else 2)
    n_records = (stamp.size - begin) // record_bytes if record_bytes else 0
    if n_records < 1:
        raise fields.fault(f"it holds no complete record of {record_bytes} bytes")
    announced = fields.whole("number of records", fields.file["n_records"][0], least=-1)
    warnings = [*no_length, *_length(announced, n_records, record_s), *warnings, *fields.date()]
    return EdfHeader(
        fields.path,
        fields.format,
        begin,
        n_records,
        record_s,
        kind.startswith(("EDF+", "BDF+")),
        kind.startswith(("EDF+D", "BDF+D")),
        signals,
        tuple(f"{fields.path.name}: {text}" for text in warnings),
        stamp,
    )


def _length(announced: int, present: int, record_s: Fraction) -> list[str]:
    """Warn about a file that holds more or less than its header announces."""
    announced_s, present_s = float(announced * record_s), float(present * record_s)
    there = f"{present_s:.3f} s are present"
    if announced < 0:
        return [f"its header gives no length, as before the end of a recording; {there}"]
    if announced == present:
        return []
    if announced < present:
        return [f"its header announces {announced_s:.3f} s, but {there}"]
    return [
        f"cut off: its header announces {announced_s:.3f} s, but only {there} "
        f"({announced_s - present_s:.3f} s are missing)"
    ]
