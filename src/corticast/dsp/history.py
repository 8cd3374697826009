"""The latest columns of activity: the analysis writes them, and the drawing code reads them."""

from __future__ import annotations

import numpy as np

from corticast.core.model.types import Float32Array


class ActivityHistory:
    """Columns by their position in the stream, for one writing and one reading thread.

    No lock is needed. The writer announces which columns it will overwrite, and announces new columns only when they
    are complete. A reader that was overtaken reads again.

    Parameters
    ----------
    n_bands : rows
    hop_length : samples from column to column; column p stands for sample p · hop_length
    capacity : number of columns kept, 2 or more
    """

    def __init__(self, n_bands: int, hop_length: int, capacity: int = 4096) -> None:
        assert capacity >= 2
        self._columns = np.zeros((capacity, n_bands), dtype=np.float32)
        self._hop_length = hop_length
        self._oldest = 0
        self._n_columns = 0

    @property
    def newest(self) -> int:
        """Position of the newest column in samples; negative before the first column."""
        return (self._n_columns - 1) * self._hop_length

    def put(self, columns: Float32Array) -> None:
        """Append columns.

        Parameters
        ----------
        columns : (n_bands, n) float32, n may be 0
        """
        capacity = len(self._columns)
        # Never overwrite all columns that the reader may see at the same moment.
        most = capacity // 2
        for first in range(0, columns.shape[1], most):
            part = columns[:, first : first + most].T
            n_columns = self._n_columns + len(part)
            self._oldest = max(0, n_columns - capacity)
            self._columns[np.arange(self._n_columns, n_columns) % capacity] = part
            self._n_columns = n_columns

    def at(self, position_samples: float) -> Float32Array:
        """Activity at a position: linear between columns, constant before the oldest and after the newest one kept.

        Returns
        -------
        (n_bands,) float32; 0 before the first column
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
            activity: Float32Array = (
                self._columns[left % capacity] * (1 - weight) + self._columns[right % capacity] * weight
            )
            if left >= self._oldest:
                return activity
