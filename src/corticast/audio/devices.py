"""Sound devices: a list of them, and the one that a name or a number means."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from corticast.audio.pulse import PulseNode, pulse_nodes
from corticast.core.suggest import did_you_mean
from corticast.errors import DeviceError
from corticast.process.parent import Child

# Some host APIs try every device they know of, Bluetooth included.
_LISTING_S = 15.0

# PortAudio's names for a whole sound server, through ALSA. The server's own sources and sinks replace them.
_SERVER_DEVICES = ("pulse", "default", "pipewire", "sysdefault")

# Loopbacks of Windows and PipeWire, and the usual ones of macOS.
_LOOPBACK = re.compile(r"loopback|\bmonitor of\b|\.monitor$|blackhole|soundflower|stereo mix", re.IGNORECASE)

Direction = Literal["input", "output"]


@dataclass(frozen=True)
class AudioDevice:
    """A source or a destination of sound.

    Parameters
    ----------
    number : chooses the device; `device_lines` shows it
    name : for people
    host_api : such as "ALSA", "Core Audio" or "PulseAudio"
    n_channels : at most
    sample_rate : default, in Hz
    is_loopback : whether it gives the sound that the computer plays
    is_default : whether it is the default
    source : name of a PulseAudio source or sink, which PULSE_SOURCE or PULSE_SINK chooses; None elsewhere
    index : PortAudio's number, None if `source` chooses the device
    """

    number: int | None
    name: str
    host_api: str
    n_channels: int
    sample_rate: float
    is_loopback: bool
    is_default: bool
    source: str | None
    index: int | None = None


def list_devices(direction: Direction = "input") -> list[AudioDevice]:
    """Sources or destinations of sound.

    With PulseAudio or PipeWire the server's sources stand first, monitors of outputs included. They replace the one
    device that PortAudio lists for them all.

    Raises
    ------
    DeviceError : PyAudio is not installed or does not answer
    """
    devices = _server_devices(direction)
    there_is_a_server = bool(devices)
    count = "n_inputs" if direction == "input" else "n_outputs"
    for facts in _ask_portaudio():
        if not facts[count] or (there_is_a_server and _is_server(facts)):
            continue
        devices.append(
            AudioDevice(
                number=len(devices),
                name=facts["name"],
                host_api=facts["host_api"],
                n_channels=facts[count],
                sample_rate=facts["sample_rate"],
                is_loopback=direction == "input" and _LOOPBACK.search(facts["name"]) is not None,
                # The server's default is already in the list.
                is_default=facts[f"is_default_{direction}"] and not any(device.is_default for device in devices),
                source=None,
                index=facts["index"],
            )
        )
    return devices


def choose_device(wanted: str | None, direction: Direction = "input") -> AudioDevice:
    """The device that a number or a name means.

    Parameters
    ----------
    wanted : number, name, or a part of a name that only one device has; None is the default device

    Raises
    ------
    DeviceError : no device matches, or several do; the text names all devices
    """
    # Asking the sound server takes 20 ms, asking PortAudio too takes half a second.
    if len(found := _matching(wanted, _server_devices(direction))) == 1:
        return found[0]
    devices = list_devices(direction)
    found = _matching(wanted, devices)
    if len(found) == 1:
        return found[0]
    if not devices:
        raise DeviceError(
            f"no sound {direction} on this machine; "
            + ("connect a microphone or a line-in" if direction == "input" else "connect loudspeakers")
            + ", or start the sound server"
        )
    there = ", ".join(f"{device.number}: {device.name}" for device in devices)
    if found:
        several = ", ".join(f"{device.number}: {device.name}" for device in found)
        raise DeviceError(f"device {wanted!r}: several devices match ({several}); give the number of one")
    mean = did_you_mean(wanted, ["list", *(device.name for device in devices)])
    raise DeviceError(f"device {wanted!r}: unknown name or number; {mean}the devices are {there}")


def find_again(wanted: str | None, last: AudioDevice | None, direction: Direction = "input") -> AudioDevice:
    """The device that a number or a name means, after another was open; a lost sound server is waited for.

    Raises
    ------
    DeviceError : as `choose_device` does, and while the server of the last device does not answer
    """
    if last is not None and last.source is not None and not _server_devices(direction):
        # PortAudio might find the sound card behind the server, and keep the server from opening the card again.
        raise DeviceError("the sound server does not answer; waiting for it")
    return choose_device(wanted, direction)


def device_lines(devices: Sequence[AudioDevice]) -> list[str]:
    """A table for people, one line per device, its heading included."""
    rows = [("", "name", "host API", "channels", "rate", "")]
    for device in devices:
        kind = ["loopback"] * device.is_loopback + ["default"] * device.is_default
        rows.append(
            (
                "" if device.number is None else str(device.number),
                device.name if device.source is None else f"{device.name} ({device.source})",
                device.host_api,
                str(device.n_channels),
                f"{device.sample_rate:g} Hz",
                ", ".join(kind),
            )
        )
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return [
        f"{row[0]:>{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:<{widths[2]}}  {row[3]:>{widths[3]}}  "
        f"{row[4]:>{widths[4]}}  {row[5]}".rstrip()
        for row in rows
    ]


def _server_devices(direction: Direction) -> list[AudioDevice]:
    nodes = pulse_nodes("sources" if direction == "input" else "sinks") or []
    return [_of_node(number, node) for number, node in enumerate(nodes)]


def _is_server(facts: dict[str, Any]) -> bool:
    return facts["host_api"] == "ALSA" and facts["name"] in _SERVER_DEVICES


def _of_node(number: int, node: PulseNode) -> AudioDevice:
    return AudioDevice(
        number=number,
        name=node.description,
        host_api="PulseAudio",
        n_channels=node.n_channels,
        sample_rate=float(node.sample_rate),
        is_loopback=node.is_monitor,
        is_default=node.is_default,
        source=node.name,
    )


def _matching(wanted: str | None, devices: Sequence[AudioDevice]) -> list[AudioDevice]:
    """Devices that a number or a name means; several if it is ambiguous."""
    if wanted is None:
        return [device for device in devices if device.is_default][:1] or list(devices[:1])
    tests: tuple[Callable[[AudioDevice], bool], ...] = (
        lambda device: wanted == str(device.number),
        lambda device: wanted in (device.name, device.source),
        lambda device: wanted.casefold() in f"{device.name}\n{device.source or ''}".casefold(),
    )
    for test in tests:
        if found := [device for device in devices if test(device)]:
            return found
    return []


def _ask_portaudio() -> list[dict[str, Any]]:
    deadline = time.monotonic() + _LISTING_S
    with Child("corticast.audio.device_process", None) as child:
        while not child.has_closed and (left := deadline - time.monotonic()) > 0:
            for event in child.events(left):
                devices: list[dict[str, Any]] = event["devices"]
                return devices
    raise DeviceError(f"PortAudio has listed no devices within {_LISTING_S:g} s; its process {child.ending()}")
