"""A scene in time: says what each frame shows, draws nothing, and imports no OpenGL."""
