"""Sound devices: PyAudio in processes of its own, and blocks through shared memory.

::

    capture_process (PyAudio) ─> SampleRing ─> TimeLine ─> Capture.read
    AudioSource ─> SampleRing ─> playback_process (PyAudio) ─> RecordRing ─> DacClock ─> Playback.heard

No Python thread of this process can make a callback late, a host API that hangs or crashes takes nothing with it,
PULSE_SOURCE is set for one stream alone, and a process is started afresh when a device returns.
"""
