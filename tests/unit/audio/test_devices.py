"""Choosing a device, and the table of them, without any."""

import pytest

from corticast.audio import devices as module
from corticast.audio.devices import AudioDevice, choose_device, device_lines
from corticast.errors import DeviceError

PORTAUDIO = [
    {"index": 0, "name": "USB Audio: Mic (hw:0,0)", "host_api": "ALSA", "n_inputs": 2, "n_outputs": 2},
    {"index": 1, "name": "pulse", "host_api": "ALSA", "n_inputs": 32, "n_outputs": 32},
    {"index": 2, "name": "default", "host_api": "ALSA", "n_inputs": 32, "n_outputs": 32, "is_default_input": True},
    {"index": 3, "name": "HDMI", "host_api": "ALSA", "n_inputs": 0, "n_outputs": 8},
    {"index": 4, "name": "Interface (4 in)", "host_api": "ALSA", "n_inputs": 4, "n_outputs": 0},
]
SERVER = [
    AudioDevice(0, "Monitor of Speakers", "PulseAudio", 2, 48000.0, True, False, "speakers.monitor"),
    AudioDevice(1, "Webcam", "PulseAudio", 1, 16000.0, False, True, "webcam"),
]


@pytest.fixture
def machine(monkeypatch):
    """Sets what PortAudio and the sound server have."""

    def have(portaudio, server):
        facts = [
            {"sample_rate": 44100.0, "is_default_input": False, "is_default_output": False, **d} for d in portaudio
        ]
        monkeypatch.setattr(module, "_ask_portaudio", lambda: facts)
        monkeypatch.setattr(module, "_server_devices", lambda direction: list(server))

    return have


def test_the_servers_sources_stand_in_place_of_portaudios_one_device(machine):
    machine(PORTAUDIO, SERVER)
    names = [(device.number, device.name, device.source, device.index) for device in module.list_devices()]
    assert names == [
        (0, "Monitor of Speakers", "speakers.monitor", None),
        (1, "Webcam", "webcam", None),
        (2, "USB Audio: Mic (hw:0,0)", None, 0),
        (3, "Interface (4 in)", None, 4),
    ]


def test_without_a_server_portaudios_devices_are_all_there(machine):
    machine(PORTAUDIO, [])
    assert [device.name for device in module.list_devices()] == [
        "USB Audio: Mic (hw:0,0)", "pulse", "default", "Interface (4 in)",
    ]  # fmt: skip
    assert choose_device(None).name == "default"
    assert [device.name for device in module.list_devices("output")][-1] == "HDMI"


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        (None, "Webcam"),
        ("0", "Monitor of Speakers"),
        ("3", "Interface (4 in)"),
        ("webcam", "Webcam"),
        ("MONITOR", "Monitor of Speakers"),
        ("speakers.monitor", "Monitor of Speakers"),
        ("4 in", "Interface (4 in)"),
    ],
)
def test_a_device_is_chosen_by_number_name_or_a_part_of_it(machine, wanted, name):
    machine(PORTAUDIO, SERVER)
    assert choose_device(wanted).name == name


@pytest.mark.parametrize(
    ("wanted", "says"),
    [("9", ["'9'", "0: Monitor of Speakers", "3: Interface"]), ("e", ["'e'", "several", "1: Webcam"])],
)
def test_what_cannot_be_chosen_is_said_in_one_line(machine, wanted, says):
    machine(PORTAUDIO, SERVER)
    with pytest.raises(DeviceError) as raised:
        choose_device(wanted)
    message = str(raised.value)
    assert "\n" not in message
    assert all(part in message for part in says)


@pytest.mark.parametrize("wanted", [None, "0", "x"])
def test_a_machine_without_devices_says_so(machine, wanted):
    machine([], [])
    with pytest.raises(DeviceError, match="no sound input on this machine; connect a microphone"):
        choose_device(wanted)


def test_the_table_has_a_line_for_each_device(machine):
    machine(PORTAUDIO, SERVER)
    lines = device_lines(module.list_devices())
    assert lines == [
        "   name                                    host API    channels      rate",
        "0  Monitor of Speakers (speakers.monitor)  PulseAudio         2  48000 Hz  loopback",
        "1  Webcam (webcam)                         PulseAudio         1  16000 Hz  default",
        "2  USB Audio: Mic (hw:0,0)                 ALSA               2  44100 Hz",
        "3  Interface (4 in)                        ALSA               4  44100 Hz",
    ]
