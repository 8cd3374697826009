"""Arguments of ffmpeg."""
