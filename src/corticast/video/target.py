"""The place of a film: checked at the start, filled in a hidden folder, put in place when complete.

The hidden folder lies beside the target, on the same file system. Putting a film in place is a rename, so at
any moment either the previous film or the whole new one exists.
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
    path : path as the user gave it, for messages
    folder : folder in which the film appears
    staging_parent : folder that will hold the hidden folder
    overwrite : whether an existing film may be replaced
    """

    def __init__(self, path: str, folder: Path, staging_parent: Path, *, overwrite: bool) -> None:
        self.path = path
        self._folder = folder
        self._overwrite = overwrite
        self._staging_parent = staging_parent
        self._staging: Path | None = None
        if not os.path.isdir(staging_parent):
            raise OptionError(f"{path}: no such folder: {staging_parent}; create it, or give another folder")
        if not os.access(staging_parent, os.W_OK | os.X_OK):
            raise OptionError(f"{path}: folder {staging_parent} is not writable; give another folder")

    def open(self) -> Path:
        """Create the hidden folder.

        Raises
        ------
        OptionError : the folder cannot be created
        """
        # Set before the folder exists, so that `discard` removes it even after Ctrl-C at this moment.
        self._staging = self._staging_parent / f".corticast-{secrets.token_hex(8)}"
        try:
            self._staging.mkdir(mode=0o700)
        except OSError as error:
            raise OptionError(
                f"{self.path}: cannot write to {self._staging_parent} ({error.strerror}); give another folder"
            ) from None
        return self._staging

    def publish(self) -> int:
        """Put the film from the hidden folder in place, and remove the hidden folder.

        Returns
        -------
        size of the film in bytes

        Raises
        ------
        OptionError : a file with the film's name has appeared and may not be replaced
        EncoderError : the film cannot be put in place
        """
        assert self._staging is not None
        try:
            n_bytes = self._publish(self._staging)
        except FileExistsError:
            raise OptionError(f"{self.path}: appeared while the film was rendered; {_REMEDY}") from None
        except OSError as error:
            raise EncoderError(f"{self.path}: cannot be put in place ({error.strerror})") from None
        self.discard()
        return n_bytes

    @abstractmethod
    def _publish(self, staging: Path) -> int: ...

    def discard(self) -> None:
        """Remove the hidden folder and its content."""
        if self._staging is not None:
            shutil.rmtree(self._staging, ignore_errors=True)

    def _refuse_impossible(self, final: Path) -> None:
        """Refuse paths that would fail at the end of the work, such as names that are too long.

        Raises
        ------
        OptionError : a file with this path is impossible
        """
        try:
            os.stat(final)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise OptionError(f"{self.path}: impossible file name ({error.strerror}); give another name") from None

    def _move(self, staged: Path, final: Path) -> None:
        """Rename a file. Replace an existing file only if this is allowed.

        Raises
        ------
        FileExistsError : `final` exists and may not be replaced
        """
        if self._overwrite:
            os.replace(staged, final)
            return
        try:
            # Unlike a rename, a link fails if the name is taken, even if it was taken just now.
            os.link(staged, final)
        except FileExistsError:
            raise
        except OSError:
            # This file system has no hard links (FAT, for example).
            if os.path.lexists(final):
                raise FileExistsError(final) from None
            os.replace(staged, final)


class FileTarget(FilmTarget):
    """A film in one file.

    Parameters
    ----------
    path : path of the file; symbolic links are followed
    staged_name : name of the film in the hidden folder
    overwrite : whether an existing file may be replaced

    Raises
    ------
    OptionError : the file cannot be written
    """

    def __init__(self, path: str, staged_name: str, *, overwrite: bool) -> None:
        self._final = Path(os.path.realpath(path))
        self._staged_name = staged_name
        super().__init__(path, self._final.parent, self._final.parent, overwrite=overwrite)
        self._refuse_impossible(self._final)
        if self._final.exists() and not self._final.is_file():
            raise OptionError(f"{path}: not a regular file; give another name")
        if self._final.exists() and not overwrite:
            raise OptionError(f"{path}: exists; {_REMEDY}")

    def _publish(self, staging: Path) -> int:
        staged = staging / self._staged_name
        n_bytes = staged.stat().st_size
        self._move(staged, self._final)
        return n_bytes


class SequenceTarget(FilmTarget):
    """A film as numbered pictures, counted from 0.

    Parameters
    ----------
    path : pattern such as frames/%05d.png; the folder is created if its parent exists
    staged_name : pattern of the pictures in the hidden folder
    n_frames : number of pictures
    overwrite : whether existing pictures of this pattern may be replaced; then all of them are removed

    Raises
    ------
    OptionError : the name has no number, or the pictures cannot be written
    """

    def __init__(self, path: str, staged_name: str, n_frames: int, *, overwrite: bool) -> None:
        parts = re.fullmatch(r"([^%]*)%(?:0(\d+))?d([^%]*)", Path(path).name)
        if parts is None:
            raise OptionError(f"{path}: names of pictures need a number; give a name such as frames/%05d.png")
        prefix, width, suffix = parts.groups()
        self._pattern = Path(path).name
        self._known = re.compile(rf"{re.escape(prefix)}\d{{{width or 1},}}{re.escape(suffix)}")
        self._staged_name = staged_name
        self._n_frames = n_frames
        folder = Path(os.path.realpath(Path(path).parent))
        exists = os.path.exists(folder)
        if exists and not os.path.isdir(folder):
            raise OptionError(f"{path}: {folder} is not a folder; give another folder")
        super().__init__(path, folder, folder if exists else folder.parent, overwrite=overwrite)
        self._refuse_impossible(folder / (self._pattern % 0))
        if not overwrite and (present := self._present()):
            raise OptionError(f"{path}: {present[0]} exists; give --overwrite to replace the pictures, or another name")

    def _present(self) -> list[str]:
        """Names of existing pictures of this pattern."""
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
