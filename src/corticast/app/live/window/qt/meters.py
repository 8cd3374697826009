"""Meters of Qt's live window: the level of the sound, and a strip of its bands."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from corticast.app.live.window.qt.theme import ACCENT, AMBER, DIM, GROUND, LINE, RED
from corticast.core.color import colormaps
from corticast.core.model.types import Float32Array, Float64Array

_FLOOR_DB = -60.0
# A level is high from the first value on, and about to clip from the second.
_HIGH_DB, _TOO_HIGH_DB = -12.0, -3.0
_FALL_DB_PER_S = 40.0
_HOLD_S, _PEAK_FALL_DB_PER_S = 1.5, 20.0
_BAR_PX = 10
_TICKS_DB = (-60, -40, -20, -10, 0)

_COLUMNS_PER_S = 40.0
_N_COLUMNS = 4096
_N_HELD = 20
_STRIP_PX = 96
_LABELS_PX = 64
_MAP = "inferno"


class LevelMeter(QWidget):
    """Level in dB of full scale, with the peak of the last seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._level_db = self._peak_db = _FLOOR_DB
        self._peak_s = self._shown_s = time.monotonic()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A bar with its scale below it."""
        return QSize(160, _BAR_PX + 6 + self.fontMetrics().height())

    minimumSizeHint = sizeHint  # noqa: N815

    def show_level(self, level_db: float, now_s: float) -> None:
        """Show a new level. The bar rises at once, and falls slowly enough to follow."""
        elapsed_s, self._shown_s = now_s - self._shown_s, now_s
        level_db = min(max(level_db, _FLOOR_DB), 0.0)
        self._level_db = max(level_db, self._level_db - _FALL_DB_PER_S * elapsed_s)
        if level_db >= self._peak_db:
            self._peak_db, self._peak_s = level_db, now_s
        elif now_s > self._peak_s + _HOLD_S:
            self._peak_db = max(level_db, self._peak_db - _PEAK_FALL_DB_PER_S * elapsed_s)
        self.update()

    def _x(self, level_db: float) -> float:
        return (level_db - _FLOOR_DB) / -_FLOOR_DB * (self.width() - 1)

    def paintEvent(self, _event: Any) -> None:  # noqa: N802
        """Draw bar, peak and scale."""
        painter = QPainter(self)
        painter.fillRect(QRectF(0, 0, self.width(), _BAR_PX), GROUND)
        zones = ((_FLOOR_DB, _HIGH_DB, ACCENT), (_HIGH_DB, _TOO_HIGH_DB, AMBER), (_TOO_HIGH_DB, 0.0, RED))
        for low, high, color in zones:
            end = min(self._level_db, high)
            if end > low:
                painter.fillRect(QRectF(self._x(low), 0, self._x(end) - self._x(low), _BAR_PX), color)
        if self._peak_db > _FLOOR_DB:
            color = next(color for _, high, color in zones if self._peak_db <= high)
            painter.fillRect(QRectF(self._x(self._peak_db) - 1, 0, 2, _BAR_PX), color.lighter(130))
        metrics = self.fontMetrics()
        for tick_db in _TICKS_DB:
            x, text = self._x(tick_db), f"{tick_db}".replace("-", "−")
            painter.fillRect(QRectF(x, _BAR_PX, 1, 3), LINE)
            width = metrics.horizontalAdvance(text)
            painter.setPen(DIM)
            left = min(max(x - width / 2, 0), self.width() - width)
            painter.drawText(int(left), _BAR_PX + 4 + metrics.ascent(), text)


class BandStrip(QWidget):
    """A strip of bands over the last seconds. The right edge is now, and the lowest band lies at the bottom.

    Parameters
    ----------
    edges_hz : (n_bands + 1,) edges of the bands; None shows no labels
    """

    def __init__(self, edges_hz: Float64Array | None) -> None:
        super().__init__()
        self.setFixedHeight(_STRIP_PX)
        self._edges_hz = edges_hz
        self._levels = np.zeros((0, _N_COLUMNS), dtype=np.uint8)
        self._n_columns = 0
        self._began_s = time.monotonic()
        self._colours = [0xFF000000 | int(r) << 16 | int(g) << 8 | int(b) for r, g, b in colormaps.table(_MAP)]

    def show_spectrum(self, spectrum: Float32Array, now_s: float) -> None:
        """Extend the strip to a moment with the newest levels.

        Parameters
        ----------
        spectrum : (n_bands,) 0..1
        """
        if len(spectrum) != len(self._levels):
            self._levels = np.zeros((len(spectrum), _N_COLUMNS), dtype=np.uint8)
        until = int((now_s - self._began_s) * _COLUMNS_PER_S)
        first = max(self._n_columns, until - _N_COLUMNS)
        codes = np.floor(np.clip(np.nan_to_num(spectrum), 0, 1) * 255 + 0.5).astype(np.uint8)
        self._levels[:, np.arange(first, until) % _N_COLUMNS] = 0
        # A hidden strip was not updated, and stays empty for that time.
        first = max(first, until - _N_HELD)
        self._levels[:, np.arange(first, until) % _N_COLUMNS] = codes[::-1, None]
        self._n_columns = until
        self.update()

    def paintEvent(self, _event: Any) -> None:  # noqa: N802
        """Draw the columns that fit, and the edges of the bands."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), GROUND)
        painter.fillRect(QRectF(0, 0, self.width(), 1), LINE)
        n_bands = len(self._levels)
        if not n_bands:
            return
        room = QRectF(_LABELS_PX, 4, self.width() - _LABELS_PX - 6, self.height() - 8)
        n_shown = min(int(room.width()), _N_COLUMNS)
        newest = (np.arange(n_shown) + self._n_columns - n_shown) % _N_COLUMNS
        # Rows of a QImage begin at multiples of four bytes.
        texels = np.zeros((n_bands, -(-n_shown // 4) * 4), dtype=np.uint8)
        texels[:, :n_shown] = self._levels[:, newest]
        image = QImage(texels.data, n_shown, n_bands, texels.shape[1], QImage.Format.Format_Indexed8)
        image.setColorTable(self._colours)
        painter.drawImage(room, image)
        self._label(painter, room)

    def _label(self, painter: QPainter, room: QRectF) -> None:
        painter.setPen(DIM)
        if self._edges_hz is None or len(self._edges_hz) != len(self._levels) + 1:
            return
        metrics = self.fontMetrics()
        free_below = room.bottom() + metrics.height() / 2
        for edge_hz, y in zip(self._edges_hz, np.linspace(room.bottom(), room.top(), len(self._edges_hz)), strict=True):
            text = f"{edge_hz:.0f} Hz" if edge_hz < 1000 else f"{edge_hz / 1000:.3g} kHz"
            top = min(max(y - metrics.height() / 2, 0.0), self.height() - metrics.height())
            if top + metrics.height() > free_below:
                continue
            free_below = top
            box = QRectF(0, top, _LABELS_PX - 8, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
