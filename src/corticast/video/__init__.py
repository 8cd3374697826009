"""Frames and sound to a file: the encoder process and what surrounds it."""
