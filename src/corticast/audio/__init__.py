"""Sound devices: PyAudio in processes of its own, and blocks through shared memory.

::

    capture_process (PyAudio) ─> SampleRing ─> TimeLine ─> Capture.read
    AudioSource ─> SampleRing ─> playback_process (PyAudio) ─> RecordRing ─> DacClock ─> Playback.heard

Processes of their own have four reasons. No Python thread of this process makes a callback late. A host API that hangs
or crashes takes nothing with it. PULSE_SOURCE is set for one stream alone. A new process finds a device that returns.
"""
