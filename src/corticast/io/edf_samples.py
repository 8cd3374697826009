"""Samples of an EDF or BDF file, read in blocks into memory of ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import Float64Array, UInt8Array
from corticast.io.door import OpenFile, changed, opened, read_into
from corticast.io.edf_header import EdfHeader
from corticast.io.file_kinds import RECORDING

# Bytes of whole records in memory at a time.
_CHUNK_BYTES = 8 * 2**20
# Signals are read one by one, not with their whole records, from records that are larger than the first number, where
# the signals fill less than this share; and always from records larger than the last number.
_LEAST_BYTES, _SMALL_SHARE, _MOST_BYTES = 2**16, 0.25, 4 * _CHUNK_BYTES


class EdfSamples:
    """The samples of an EDF or BDF file.

    Parameters
    ----------
    header : of the file
    """

    def __init__(self, header: EdfHeader) -> None:
        self._header = header
        self._width = header.sample_bytes
        self._record_bytes = header.record_samples * self._width

    def values(self, numbers: Sequence[int], first: int, stop: int) -> Float64Array:
        """Values of signals that have equally many samples in a record.

        Parameters
        ----------
        numbers : of the signals, in any order
        first, stop : samples, counted through all records without gaps

        Returns
        -------
        (n_signals, stop - first) float64, in the signals' unit

        Raises
        ------
        DataError : the file cannot be read any more
        """
        signals = [self._header.signals[number] for number in numbers]
        n = signals[0].n
        out = np.empty((len(signals), stop - first))
        with self._opened() as stream:
            if self._is_read_whole(numbers):
                step = max(_CHUNK_BYTES // self._record_bytes, 1)
                for record in range(first // n, -(-stop // n), step):
                    chunk = self._records(stream, record, min(record + step, -(-stop // n)))
                    begin, end = max(first, record * n), min(stop, (record + len(chunk)) * n)
                    for row, number in enumerate(numbers):
                        part = self._numbers(chunk[:, slice(*self._span(number))])
                        out[row, begin - first : end - first] = part[begin - record * n : end - record * n]
            else:
                for row, number in enumerate(numbers):
                    for record in range(first // n, -(-stop // n)):
                        begin, end = max(first, record * n), min(stop, (record + 1) * n)
                        part = self._bytes(stream, record, number, begin - record * n, end - record * n)
                        out[row, begin - first : end - first] = self._numbers(part)
        out *= np.array([signal.gain for signal in signals])[:, None]
        out += np.array([signal.offset for signal in signals])[:, None]
        return out

    def annotations(self) -> Iterator[tuple[bytes, ...]]:
        """Of each record the bytes of its annotation signals."""
        header = self._header
        numbers = [number for number, signal in enumerate(header.signals) if signal.is_annotations and signal.n]
        step = max(_CHUNK_BYTES // self._record_bytes, 1)
        with self._opened() as stream:
            if not self._is_read_whole(numbers):
                for record in range(header.n_records):
                    parts = (self._bytes(stream, record, number, 0, header.signals[number].n) for number in numbers)
                    yield tuple(part.tobytes() for part in parts)
                return
            spans = [slice(*self._span(number)) for number in numbers]
            for record in range(0, header.n_records, step):
                for row in self._records(stream, record, min(record + step, header.n_records)):
                    yield tuple(row[span].tobytes() for span in spans)

    def _is_read_whole(self, numbers: Sequence[int]) -> bool:
        share = sum(self._header.signals[number].n for number in numbers) / self._header.record_samples
        is_spread = self._record_bytes > _LEAST_BYTES and share < _SMALL_SHARE
        return not is_spread and self._record_bytes <= _MOST_BYTES

    def _span(self, number: int) -> tuple[int, int]:
        """First and stop of a signal's bytes in a record."""
        signal = self._header.signals[number]
        return signal.first * self._width, (signal.first + signal.n) * self._width

    def _numbers(self, part: UInt8Array) -> npt.NDArray[Any]:
        """Stored samples, (n,) int16 or int32, from their bytes."""
        flat = np.ascontiguousarray(part).reshape(-1)
        if self._width == 2:
            return flat.view("<i2")
        # The three bytes become the upper ones of four, which keeps the sign.
        padded = np.zeros((len(flat) // 3, 4), dtype=np.uint8)
        padded[:, 1:] = flat.reshape(-1, 3)
        return padded.reshape(-1).view("<i4") >> 8

    def _records(self, stream: OpenFile, first: int, stop: int) -> UInt8Array:
        """(n_records, record_bytes) of whole records."""
        return self._read(stream, first, 0, (stop - first) * self._record_bytes).reshape(stop - first, -1)

    def _bytes(self, stream: OpenFile, record: int, number: int, first: int, stop: int) -> UInt8Array:
        """Bytes of some samples of a signal in a record."""
        begin = self._span(number)[0] + first * self._width
        return self._read(stream, record, begin, (stop - first) * self._width)

    def _read(self, stream: OpenFile, record: int, offset: int, n: int) -> UInt8Array:
        content = np.empty(n, dtype=np.uint8)
        stream.seek(self._header.begin + record * self._record_bytes + offset)
        if read_into(stream, content.data) < n:
            raise changed(self._header.path)
        return content

    def _opened(self) -> AbstractContextManager[OpenFile]:
        return opened(self._header.path, RECORDING, since=self._header.stamp)
