"""Lend memory to a pipe: on Linux, the reader takes bytes from their place, without a copy in between."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from functools import cache
from typing import Any

import numpy as np

# The largest pipe that Linux allows users by default, sixteen times the usual size: fewer turns of reader and writer.
PIPE_BYTES = 1 << 20


class _Span(ctypes.Structure):
    """struct iovec."""

    _fields_ = (("address", ctypes.c_void_p), ("n_bytes", ctypes.c_size_t))


# Error codes of a kernel or sandbox that does not offer the call.
_REFUSALS = (errno.ENOSYS, errno.EPERM, errno.EACCES, errno.EINVAL)


@cache
def _vmsplice() -> Any:
    """The system's vmsplice; None if the system lacks it."""
    if not sys.platform.startswith("linux"):
        return None
    call = getattr(ctypes.CDLL(None, use_errno=True), "vmsplice", None)
    if call is not None:
        call.argtypes = (ctypes.c_int, ctypes.POINTER(_Span), ctypes.c_size_t, ctypes.c_uint)
        call.restype = ctypes.c_ssize_t
    return call


def enlarge(fd: int) -> None:
    """Enlarge a pipe to PIPE_BYTES, if the system allows it."""
    if sys.platform.startswith("linux"):
        import fcntl

        try:
            fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        except OSError:
            return


def lend(fd: int, chunk: memoryview) -> int:
    """Put bytes into a pipe, by reference if the system can. Waits until at least one byte fits.

    The chunk must stay unchanged until the pipe's reader has taken it, which is after PIPE_BYTES further bytes.

    Parameters
    ----------
    fd : write end of a pipe
    chunk : C-contiguous, not empty

    Returns
    -------
    number of bytes put into the pipe, counted from the start of the chunk

    Raises
    ------
    BrokenPipeError : the reader is gone
    OSError : the pipe cannot be written
    """
    vmsplice = _vmsplice()
    if vmsplice is None:
        return os.write(fd, chunk)
    span = _Span(np.frombuffer(chunk, np.uint8).ctypes.data, chunk.nbytes)
    while True:
        n_bytes = int(vmsplice(fd, ctypes.byref(span), 1, 0))
        if n_bytes >= 0:
            return n_bytes
        code = ctypes.get_errno()
        if code in _REFUSALS:
            return os.write(fd, chunk)
        if code != errno.EINTR:
            raise OSError(code, os.strerror(code))
