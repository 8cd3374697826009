"""The controls of Qt's live window: layout, colour maps, gain, and the state of the sound."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from corticast.app.live.settings import LAYOUTS, LiveSettings
from corticast.app.live.window.actions import GAIN_RANGE_DB, Actions, ShowLike, StatusLike
from corticast.app.live.window.qt.meters import LevelMeter
from corticast.app.live.window.qt.theme import RAISED, ElidedLabel, swatch

_WIDTH_PX = 248
_AS_IN_SCENE = "as in the scene"
# Lightness rises along all of these maps, so brighter always means more.
_VOLUME_MAPS = ("gray", "bone", "pink", "oslo", "devon", "cividis", "viridis", "magma")
_ELECTRODE_MAPS = (
    "inferno-lifted",
    "inferno",
    "magma",
    "plasma",
    "viridis",
    "cividis",
    "hot",
    "batlow",
    "lipari",
    "imola",
)


class Controls(QWidget):
    """The controls to the right of the picture. Mouse clicks leave the keyboard with the show; Tab moves it here.

    Parameters
    ----------
    show : the show
    actions : collects the calls to the show
    """

    def __init__(self, show: ShowLike, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("controls")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(_WIDTH_PX)
        self._show, self._actions = show, actions
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(16, 14, 16, 12)
        self._rows.setSpacing(5)
        self._layout = self._combo("Layout", [(f"{n}  {name}", n) for n, name in enumerate(LAYOUTS, 1)])
        self._layout.setPlaceholderText(_AS_IN_SCENE)
        self._layout.activated.connect(lambda index: self._ask(partial(show.choose_layout, index + 1)))
        self._cmap = self._map_combo("Volume colours", "cmap", _VOLUME_MAPS)
        self._electrode_cmap = self._map_combo("Electrode colours", "electrode_cmap", _ELECTRODE_MAPS)
        self._add_gain()
        self._heading("Level, dB")
        self._meter = LevelMeter()
        self._rows.addWidget(self._meter)
        self._rows.addSpacing(6)
        self._strip = self._check_box("Spectrogram", lambda on: show.change(spectrogram=on))
        self._rows.addWidget(self._strip)
        self._rows.addStretch(1)
        self._record = QLabel("●  Recording")
        self._record.setObjectName("record")
        self._rows.addWidget(self._record)
        self._device = ElidedLabel("heading")
        self._rows.addWidget(self._device)
        hint = QLabel("H lists the keys,  P hides the controls")
        hint.setObjectName("heading")
        self._rows.addWidget(hint)

    def refresh(self, status: StatusLike, settings: LiveSettings, now_s: float) -> None:
        """Update all controls to the current state."""
        index = LAYOUTS.index(settings.layout) if settings.layout is not None else -1
        self._layout.setCurrentIndex(index)
        _choose(self._cmap, settings.cmap)
        _choose(self._electrode_cmap, settings.electrode_cmap)
        self._strip.setChecked(settings.spectrogram)
        self._show_gain(settings.gain_db)
        self._meter.show_level(status.level_db, now_s)
        self._record.setVisible(status.capturing)
        self._device.show_text(status.device or "no device")

    def _add_gain(self) -> None:
        title = QHBoxLayout()
        title.addWidget(self._heading("Gain", add=False))
        title.addStretch(1)
        self._gain_text = QLabel()
        title.addWidget(self._gain_text)
        self._rows.addLayout(title)
        row = QHBoxLayout()
        row.setSpacing(10)
        self._gain = QSlider(Qt.Orientation.Horizontal)
        self._gain.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._gain.setRange(*GAIN_RANGE_DB)
        self._gain.setPageStep(6)
        # Only a hand sends this signal: values from the show are set with signals blocked.
        self._gain.valueChanged.connect(self._set_gain)
        row.addWidget(self._gain)
        self._auto = self._check_box("Auto", self._set_auto)
        row.addWidget(self._auto)
        self._rows.addLayout(row)
        self._rows.addSpacing(8)
        for control in (self._gain, self._auto):
            control.setEnabled(self._show.can_change_gain)

    def _set_gain(self, gain_db: int) -> None:
        self._ask(partial(self._show.change, gain_db=float(gain_db)))

    def _set_auto(self, on: bool) -> None:
        self._show.change(gain_db=None if on else float(self._gain.value()))

    def _show_gain(self, gain_db: float | None) -> None:
        self._auto.setChecked(gain_db is None)
        if not self._show.can_change_gain:
            self._gain_text.setText("of the whole file")
            return
        self._gain_text.setText("adapts" if gain_db is None else f"{gain_db:+.0f} dB".replace("-", "−"))
        if gain_db is not None and not self._gain.isSliderDown():
            before = self._gain.blockSignals(True)
            self._gain.setValue(round(gain_db))
            self._gain.blockSignals(before)

    def _ask(self, call: Callable[[], None]) -> None:
        self._actions.ask(call)

    def _heading(self, text: str, *, add: bool = True) -> QLabel:
        label = QLabel(text)
        label.setObjectName("heading")
        if add:
            self._rows.addWidget(label)
        return label

    def _combo(self, heading: str, items: list[tuple[str, Any]]) -> QComboBox:
        self._heading(heading)
        combo = QComboBox()
        combo.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        combo.setIconSize(QSize(40, 12))
        combo.setMaxVisibleItems(16)
        for text, data in items:
            combo.addItem(text, data)
        self._rows.addWidget(combo)
        self._rows.addSpacing(8)
        return combo

    def _map_combo(self, heading: str, setting: str, names: tuple[str, ...]) -> QComboBox:
        combo = self._combo(heading, [(_AS_IN_SCENE, None)])
        for name in names:
            combo.addItem(swatch(name), name, name)
        combo.activated.connect(lambda index: self._ask(partial(self._show.change, **{setting: combo.itemData(index)})))
        return combo

    def _check_box(self, text: str, set_to: Callable[[bool], None]) -> QCheckBox:
        box = QCheckBox(text)
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        palette = box.palette()
        palette.setColor(QPalette.ColorRole.Base, RAISED.lighter(190))
        box.setPalette(palette)
        box.clicked.connect(lambda on: self._ask(partial(set_to, on)))
        return box


def _choose(combo: QComboBox, cmap: str | None) -> None:
    """Select a map. A map that is missing in the list, because it was chosen elsewhere, is added."""
    index = combo.findData(cmap)
    if index < 0:
        assert cmap is not None
        combo.addItem(swatch(cmap), cmap, cmap)
        index = combo.count() - 1
    if not combo.view().isVisible():
        combo.setCurrentIndex(index)
