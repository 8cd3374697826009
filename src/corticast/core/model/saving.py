"""The writer of scene files, which the package hands in: the model imports no module that writes files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from corticast.core.model.scene import Scene


class SaveScene(Protocol):
    """Writes a scene file."""

    def __call__(self, scene: Scene, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """As `Scene.save`."""


save_scene: SaveScene
