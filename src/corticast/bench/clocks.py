"""Clocks for calls on the CPU, and for the GPU if its driver has timer queries."""

from __future__ import annotations

import time
from collections.abc import Callable

from corticast.gl.context import OffscreenContext
from corticast.gl.timer import GpuTimer, finish

# Shorter samples would mostly measure the clock and the scheduler.
_LEAST_S = 0.02
# Number of draws within one timer query.
_N_TIMED = 10


def seconds_of(action: Callable[[], object]) -> float:
    """Wall time of one call in seconds."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def milliseconds_per_call(action: Callable[[], object]) -> float:
    """Mean wall time of a call, over as many calls as fit into 20 ms, at least one."""
    n_calls = 0
    began = time.perf_counter()
    while True:
        action()
        n_calls += 1
        spent = time.perf_counter() - began
        if spent >= _LEAST_S:
            return 1e3 * spent / n_calls


class DrawClock:
    """Times draws: from the call until OpenGL has finished, and on the GPU alone.

    llvmpipe has timer queries, too, but its threads draw at times that the queries do not see.

    Parameters
    ----------
    context : the current context
    draw : draws once and submits all commands to OpenGL
    """

    def __init__(self, context: OffscreenContext, draw: Callable[[], object]) -> None:
        self._draw = draw
        has_timer = not context.facts.is_software and GpuTimer.is_supported()
        self._timer = GpuTimer() if has_timer else None

    def sample(self) -> dict[str, float]:
        """Milliseconds of one draw: "wall", and "gpu" if a GPU's driver has timer queries."""

        def draw_and_wait() -> None:
            self._draw()
            finish()

        finish()
        figures = {"wall": milliseconds_per_call(draw_and_wait)}
        if self._timer is not None:
            with self._timer.measured():
                for _ in range(_N_TIMED):
                    self._draw()
            figures["gpu"] = self._timer.milliseconds() / _N_TIMED
        return figures
