"""Child processes, ffmpeg, and the threads that this process may use."""
