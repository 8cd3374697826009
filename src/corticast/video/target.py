"""Where a film goes: checked at the start, filled in hiding, put in place when complete.

Everything is written into a hidden folder beside the target, on the same file system, so that
putting it in place is a rename: of a file there is at any moment the previous or the whole new one.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from abc import ABC, abstractmethod
from pathlib import Path

from corticast.errors import EncoderError, OptionError

_REMEDY = "give --overwrite to replace it, or another name"


class FilmTarget(ABC):
    """A film's place on disk.

    Parameters
    ----------
    path : as given, for messages
    folder : in which the film appears
    staging_parent : folder in which the hidden one is made
    overwrite : whether what is there may be replaced
    """

    def __init__(self, path: str, folder: Path, staging_parent: Path, *, overwrite: bool) -> None:
        self.path = path
        self._folder = folder
        self._overwrite = overwrite
        self._staging_parent = staging_parent
        self._staging: Path | None = None
        if not os.path.isdir(staging_parent):
            raise OptionError(f"{path}: the folder {staging_parent} does not exist; make it, or write elsewhere")
        if not os.access(staging_parent, os.W_OK | os.X_OK):
            raise OptionError(f"{path}: the folder {staging_parent} is not writable; write elsewhere")

    def open(self) -> Path:
        """Make the hidden folder.

        Raises
        ------
        OptionError : it cannot be made
        """
        # Known before it is there: Ctrl-C at any moment leaves nothing that `discard` does not know of.
        self._staging = self._staging_parent / f".corticast-{secrets.token_hex(8)}"
        try:
            self._staging.mkdir(mode=0o700)
        except OSError as error:
            raise OptionError(f"{self.path}: cannot write to {self._staging_parent} ({error.strerror})") from None
        return self._staging

    def publish(self) -> int:
        """Put what the hidden folder holds in place, and remove that folder.

        Returns
        -------
        bytes of the film

        Raises
        ------
        OptionError : something has appeared under the film's name, and may not be replaced
        EncoderError : it cannot be put in place
        """
        assert self._staging is not None
        try:
            n_bytes = self._publish(self._staging)
        except FileExistsError:
            raise OptionError(f"{self.path}: has appeared while the film was rendered; {_REMEDY}") from None
        except OSError as error:
            raise EncoderError(f"{self.path}: cannot be put in place ({error.strerror})") from None
        self.discard()
        return n_bytes

    @abstractmethod
    def _publish(self, staging: Path) -> int: ...

    def discard(self) -> None:
        """Remove the hidden folder and what is in it."""
        if self._staging is not None:
            shutil.rmtree(self._staging, ignore_errors=True)

    def _refuse_impossible(self, final: Path) -> None:
        """Find out before the work what would only show at its end, such as a name that is too long.

        Raises
        ------
        OptionError : there can be no such file
        """
        try:
            os.stat(final)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise OptionError(f"{self.path}: cannot be written ({error.strerror}); give another name") from None

    def _move(self, staged: Path, final: Path) -> None:
        """Rename, on to an existing file only when that may be replaced.

        Raises
        ------
        FileExistsError : `final` exists, and may not be replaced
        """
        if self._overwrite:
            os.replace(staged, final)
            return
        try:
            # Unlike a rename, a link fails when the name is taken, whoever took it just now.
            os.link(staged, final)
        except FileExistsError:
            raise
        except OSError:
            # A file system without hard links, such as FAT.
            if os.path.lexists(final):
                raise FileExistsError(final) from None
            os.replace(staged, final)


class FileTarget(FilmTarget):
    """A film in one file.

    Parameters
    ----------
    path : of the file; a symbolic link is followed
    staged_name : name of the film in the hidden folder
    overwrite : whether an existing file may be replaced

    Raises
    ------
    OptionError : the file cannot be written there
    """

    def __init__(self, path: str, staged_name: str, *, overwrite: bool) -> None:
        self._final = Path(os.path.realpath(path))
        self._staged_name = staged_name
        super().__init__(path, self._final.parent, self._final.parent, overwrite=overwrite)
        self._refuse_impossible(self._final)
        if self._final.exists() and not self._final.is_file():
            raise OptionError(f"{path}: is not a regular file; write to another name")
        if self._final.exists() and not overwrite:
            raise OptionError(f"{path}: exists; {_REMEDY}")

    def _publish(self, staging: Path) -> int:
        staged = staging / self._staged_name
        n_bytes = staged.stat().st_size
        self._move(staged, self._final)
        return n_bytes


class SequenceTarget(FilmTarget):
    """A film as numbered pictures, from 0.

    Parameters
    ----------
    path : such as frames/%05d.png; the folder is made if its parent exists
    staged_name : pattern of the pictures in the hidden folder
    n_frames : number of pictures
    overwrite : whether pictures of that pattern may be replaced; then none of a longer film stays

    Raises
    ------
    OptionError : the name has no number, or pictures cannot be written there
    """

    def __init__(self, path: str, staged_name: str, n_frames: int, *, overwrite: bool) -> None:
        parts = re.fullmatch(r"([^%]*)%(?:0(\d+))?d([^%]*)", Path(path).name)
        if parts is None:
            raise OptionError(f"{path}: pictures of a film need a number in their name, such as frames/%05d.png")
        prefix, width, suffix = parts.groups()
        self._pattern = Path(path).name
        self._known = re.compile(rf"{re.escape(prefix)}\d{{{width or 1},}}{re.escape(suffix)}")
        self._staged_name = staged_name
        self._n_frames = n_frames
        folder = Path(os.path.realpath(Path(path).parent))
        exists = os.path.exists(folder)
        if exists and not os.path.isdir(folder):
            raise OptionError(f"{path}: {folder} is no folder; write elsewhere")
        super().__init__(path, folder, folder if exists else folder.parent, overwrite=overwrite)
        self._refuse_impossible(folder / (self._pattern % 0))
        if not overwrite and (present := self._present()):
            raise OptionError(f"{path}: {present[0]} exists; give --overwrite to replace the pictures, or another name")

    def _present(self) -> list[str]:
        """Names of the pictures that are there."""
        if not self._folder.is_dir():
            return []
        return sorted(name for name in os.listdir(self._folder) if self._known.fullmatch(name))

    def _publish(self, staging: Path) -> int:
        pictures = [staging / (self._staged_name % k) for k in range(self._n_frames)]
        n_bytes = sum(picture.stat().st_size for picture in pictures)
        made_folder = not self._folder.exists()
        self._folder.mkdir(exist_ok=True)
        aside = staging / "replaced"
        aside.mkdir()
        replaced, moved = [], []
        try:
            for name in self._present() if self._overwrite else []:
                os.replace(self._folder / name, aside / name)
                replaced.append(name)
            for k, picture in enumerate(pictures):
                final = self._folder / (self._pattern % k)
                self._move(picture, final)
                moved.append(final)
        except BaseException:
            for final in moved:
                final.unlink()
            for name in replaced:
                os.replace(aside / name, self._folder / name)
            if made_folder:
                self._folder.rmdir()
            raise
        return n_bytes
