"""Scenes in time: the content of each frame, without drawing and without OpenGL."""
