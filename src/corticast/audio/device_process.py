"""A process that tells PortAudio's devices: `python -m corticast.audio.device_process '{}'`."""

from __future__ import annotations

import os

from corticast.audio.in_child import NO_PYAUDIO, Parent


def main() -> None:
    """Tell the devices, or why there are none."""
    parent = Parent()
    try:
        import pyaudio
    except ImportError:
        parent.tell("failed", message=NO_PYAUDIO)
        return
    audio = pyaudio.PyAudio()
    defaults = []
    for ask in (audio.get_default_input_device_info, audio.get_default_output_device_info):
        try:
            defaults.append(ask()["index"])
        except OSError:
            defaults.append(None)
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
                "is_default_input": index == defaults[0],
                "is_default_output": index == defaults[1],
            }
        )
    parent.tell("devices", devices=devices)
    # Without PortAudio's own end, which may wait for a device that is gone.
    os._exit(0)


if __name__ == "__main__":
    main()
