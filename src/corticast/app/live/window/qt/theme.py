"""The look of Qt's live window: dark and calm around the picture, in the font of the picture's labels."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QImage, QPalette, QPixmap
from PySide6.QtWidgets import QLabel

GROUND, RAISED, LINE = QColor("#14161a"), QColor("#1c1f25"), QColor("#343a44")
TEXT, DIM, ACCENT = QColor("#dfe2e8"), QColor("#929aa6"), QColor("#4fb3a9")
AMBER, RED = QColor("#f0b649"), QColor("#f0604d")
_SWATCH = QSize(40, 12)

_SHEET = """
QMainWindow, QWidget#ground { background: #14161a; }
QWidget#controls { background: #1c1f25; border-left: 1px solid #343a44; }
QLabel#heading { color: #929aa6; }
QLabel#record { color: #f0604d; font-weight: 500; }
QMainWindow::separator { width: 0px; height: 0px; }
QLabel#status { color: #929aa6; }
QLabel#message { color: #f0b649; background: #3a2c10; border-radius: 3px; padding: 1px 8px; }
QStatusBar { background: #1c1f25; border-top: 1px solid #343a44; }
QStatusBar::item { border: none; }
QFrame#help { background: #14161a; border: 1px solid #343a44; }
QToolTip { color: #dfe2e8; background: #1c1f25; border: 1px solid #343a44; }
"""


def set_look(application: Any) -> None:
    """Give an application the look of the live window."""
    import font_roboto

    application.setStyle("Fusion")
    number = QFontDatabase.addApplicationFont(font_roboto.Roboto)
    QFontDatabase.addApplicationFont(font_roboto.RobotoMedium)
    families = QFontDatabase.applicationFontFamilies(number)
    font = QFont(families[0] if families else application.font().family())
    font.setPixelSize(13)
    application.setFont(font)
    palette, role = QPalette(), QPalette.ColorRole
    for roles, color in (
        ((role.Window, role.Base, role.ToolTipBase), GROUND),
        ((role.Button, role.AlternateBase), QColor("#262b33")),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.HighlightedText), TEXT),
        ((role.PlaceholderText,), DIM),
        ((role.Highlight, role.Accent), QColor("#2f6f6a")),
    ):
        for each in roles:
            palette.setColor(each, color)
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor("#5c6470"))
    application.setPalette(palette)
    application.setStyleSheet(_SHEET)


@lru_cache(maxsize=64)
def swatch(cmap: str) -> QIcon:
    """The colours of a map, from left to right."""
    from corticast.core.color import colormaps

    colours = colormaps.table(cmap)
    image = QImage(colours.tobytes(), len(colours), 1, 3 * len(colours), QImage.Format.Format_RGB888)
    fill = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    return QIcon(QPixmap.fromImage(image.scaled(_SWATCH, *fill)))


class ElidedLabel(QLabel):
    """A line that ends in dots if it is too long. The tooltip shows the whole line."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._whole = ""

    def show_text(self, text: str) -> None:
        """Show another line."""
        if text != self._whole:
            self._whole = text
            self.setToolTip(text)
            self._cut()
            self.updateGeometry()

    def _cut(self) -> None:
        room = self.contentsRect().width()
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room))

    def resizeEvent(self, event: Any) -> None:  # noqa: N802, D102
        super().resizeEvent(event)
        self._cut()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as the whole line."""
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 24, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Any width will do."""
        return QSize(0, super().minimumSizeHint().height())
