"""Sources and sinks of PulseAudio, or of PipeWire in its place, as `pactl` names them.

PortAudio shows them all as one device.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, Literal

# A server that hangs answers nobody; a busy machine may need a second or two.
_TIMEOUT_S = 5.0


@dataclass(frozen=True)
class PulseNode:
    """A source or a sink.

    Parameters
    ----------
    name : chooses the node
    description : for people
    is_monitor : whether it gives the sound that a sink plays
    is_default : whether it is the default
    """

    name: str
    description: str
    n_channels: int
    sample_rate: int
    is_monitor: bool
    is_default: bool


def pulse_nodes(kind: Literal["sources", "sinks"]) -> list[PulseNode] | None:
    """Sources or sinks of the sound server; None if no server answers, or pactl (16 or later) is missing."""
    if sys.platform != "linux" or shutil.which("pactl") is None:
        return None
    nodes, facts = _ask("list", kind), _ask("info")
    if nodes is None or facts is None:
        return None
    default = facts.get("default_source_name" if kind == "sources" else "default_sink_name")
    return [_node(node, default) for node in nodes]


def _ask(*command: str) -> Any:
    try:
        done = subprocess.run(
            ["pactl", "--format=json", *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT_S,
            # In other languages pactl writes numbers with commas, which JSON does not allow.
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            check=True,
        )
        return json.loads(done.stdout.decode(errors="replace"))
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def _node(node: dict[str, Any], default: str | None) -> PulseNode:
    # Such as "s16le 2ch 44100Hz".
    found = re.search(r"(\d+)ch (\d+)Hz", node.get("sample_specification", ""))
    n_channels, sample_rate = (int(found[1]), int(found[2])) if found else (2, 48000)
    name = node["name"]
    return PulseNode(
        name=name,
        description=node.get("description") or name,
        n_channels=n_channels,
        sample_rate=sample_rate,
        is_monitor=node.get("properties", {}).get("device.class") == "monitor" or name.endswith(".monitor"),
        is_default=name == default,
    )
