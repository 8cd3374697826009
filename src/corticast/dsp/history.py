"""The last columns of activity, written by the analysis and read by what draws."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


class ActivityHistory:
    """Columns by their position in the stream, for one thread that writes and one that reads.

    There is no lock: the writer first says which columns it overwrites, and says that columns are there when they are.
    A reader that was overtaken looks again.

    Parameters
    ----------
    n_bands : rows
    hop_length : samples from column to column; column p stands for sample p · hop_length
    capacity : columns that are kept, 2 or more
    """

    def __init__(self, n_bands: int, hop_length: int, capacity: int = 4096) -> None:
        assert capacity >= 2
        self._columns = np.zeros((capacity, n_bands), dtype=np.float32)
        self._hop_length = hop_length
        self._oldest = 0
        self._n_columns = 0

    @property
    def newest(self) -> int:
        """Position of the newest column in samples, below 0 before the first."""
        return (self._n_columns - 1) * self._hop_length

    def put(self, columns: npt.NDArray[np.float32]) -> None:
        """Append columns.

        Parameters
        ----------
        columns : (n_bands, n) float32, n may be 0
        """
        capacity = len(self._columns)
        # At no moment is everything overwritten that the reader may see.
        most = capacity // 2
        for first in range(0, columns.shape[1], most):
            part = columns[:, first : first + most].T
            n_columns = self._n_columns + len(part)
            self._oldest = max(0, n_columns - capacity)
            self._columns[np.arange(self._n_columns, n_columns) % capacity] = part
            self._n_columns = n_columns

    def at(self, position_samples: float) -> npt.NDArray[np.float32]:
        """Activity at a position, linear between columns, held at the ends of what is kept.

        Returns
        -------
        (n_bands,) float32, 0 before the first column
        """
        capacity, n_bands = self._columns.shape
        while True:
            newest, oldest = self._n_columns - 1, self._oldest
            if newest < 0:
                return np.zeros(n_bands, dtype=np.float32)
            place = min(max(position_samples / self._hop_length, oldest), newest)
            left = int(place)
            right = min(left + 1, newest)
            weight = np.float32(place - left)
            activity: npt.NDArray[np.float32] = (
                self._columns[left % capacity] * (1 - weight) + self._columns[right % capacity] * weight
            )
            if left >= self._oldest:
                return activity
