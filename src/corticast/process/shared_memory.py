"""Memory that two processes share, and that is gone when both are: a file without a name."""

from __future__ import annotations

import mmap
import os
import sys
import tempfile


def create_shared(n_bytes: int) -> int:
    """A file descriptor of so many zero bytes; it is the caller's to close."""
    if sys.platform == "linux":
        fd = os.memfd_create("corticast")
    else:
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    os.truncate(fd, n_bytes)
    return fd


def map_shared(fd: int, n_bytes: int) -> memoryview:
    """The bytes behind a file descriptor, which may be closed then; they are unmapped with the last view of them."""
    # All of it at once: a callback does not wait for the system to find memory, and a long show takes no more of it
    # than its first minute.
    return memoryview(mmap.mmap(fd, n_bytes, flags=mmap.MAP_SHARED | getattr(mmap, "MAP_POPULATE", 0)))
