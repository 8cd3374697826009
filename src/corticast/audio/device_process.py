"""A process that lists PortAudio's devices: `python -m corticast.audio.device_process`, started by `list_devices`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from corticast.audio.portaudio import import_pyaudio
from corticast.process.child import Tell, serve


def main() -> None:
    """Tell the parent the devices."""
    serve(_list_devices)


def _list_devices(_task: None, tell: Tell) -> None:
    audio = import_pyaudio().PyAudio()
    default_input = _index(audio.get_default_input_device_info)
    default_output = _index(audio.get_default_output_device_info)
    devices = []
    for index in range(audio.get_device_count()):
        info = audio.get_device_info_by_index(index)
        devices.append(
            {
                "index": index,
                "name": info["name"],
                "host_api": audio.get_host_api_info_by_index(info["hostApi"])["name"],
                "n_inputs": info["maxInputChannels"],
                "n_outputs": info["maxOutputChannels"],
                "sample_rate": info["defaultSampleRate"],
                "is_default_input": index == default_input,
                "is_default_output": index == default_output,
            }
        )
    tell("devices", devices=devices)
    # PortAudio's own end may wait for a device that is gone.
    os._exit(0)


def _index(ask: Callable[[], dict[str, Any]]) -> int | None:
    """Number of a default device, None without one."""
    try:
        index: int = ask()["index"]
    except OSError:
        return None
    return index


if __name__ == "__main__":
    main()
