"""EGL's entry points by ctypes.

PyOpenGL's own depend on the platform that a program has chosen for it, and on its settings of error checking. These
do not, so that contexts open the same beside any other use of PyOpenGL.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

from corticast.gl.libraries import LIBEGL, typed_library

EGL_VENDOR, EGL_EXTENSIONS = 0x3053, 0x3055
EGL_SURFACE_TYPE, EGL_PBUFFER_BIT = 0x3033, 0x0001
EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT = 0x3040, 0x0008
EGL_OPENGL_API = 0x30A2
EGL_NONE = 0x3038

_POINTER, _INT, _BOOL, _TEXT = ctypes.c_void_p, ctypes.c_int32, ctypes.c_uint32, ctypes.c_char_p
_INTS, _POINTERS = ctypes.POINTER(_INT), ctypes.POINTER(_POINTER)

_FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "eglBindAPI": (_BOOL, _BOOL),
    "eglChooseConfig": (_BOOL, _POINTER, _INTS, _POINTERS, _INT, _INTS),
    "eglCreateContext": (_POINTER, _POINTER, _POINTER, _POINTER, _INTS),
    "eglDestroyContext": (_BOOL, _POINTER, _POINTER),
    "eglGetCurrentContext": (_POINTER,),
    "eglGetCurrentDisplay": (_POINTER,),
    "eglGetCurrentSurface": (_POINTER, _INT),
    "eglGetDisplay": (_POINTER, _POINTER),
    "eglGetError": (_INT,),
    "eglGetProcAddress": (_POINTER, _TEXT),
    "eglInitialize": (_BOOL, _POINTER, _INTS, _INTS),
    "eglMakeCurrent": (_BOOL, _POINTER, _POINTER, _POINTER, _POINTER),
    "eglQueryAPI": (_BOOL,),
    "eglQueryString": (_TEXT, _POINTER, _INT),
    "eglTerminate": (_BOOL, _POINTER),
}
# By the extension of the client that brings them.
_EXTENSIONS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "eglGetPlatformDisplayEXT": ("EGL_EXT_platform_base", (_POINTER, _INT, _POINTER, _INTS)),
    "eglQueryDevicesEXT": ("EGL_EXT_device_base", (_BOOL, _INT, _POINTERS, _INTS)),
    "eglQueryDeviceStringEXT": ("EGL_EXT_device_base", (_TEXT, _POINTER, _INT)),
}


@cache
def egl_library() -> Any:
    """The EGL library; None if it is missing."""
    return typed_library(LIBEGL, _FUNCTIONS)


@cache
def egl_extension(name: str) -> Any:
    """A function that an extension brings, None where EGL lacks it."""
    egl = egl_library()
    extension, (result, *arguments) = _EXTENSIONS[name]
    if extension.encode() not in (egl.eglQueryString(None, EGL_EXTENSIONS) or b"").split():
        return None
    address = egl.eglGetProcAddress(name.encode())
    return ctypes.CFUNCTYPE(result, *arguments)(address) if address else None
