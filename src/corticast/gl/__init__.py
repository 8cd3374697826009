"""The only package that calls OpenGL: contexts, shaders, textures, targets, readback.

Everything here needs a context from `corticast.gl.context` that is current in the calling thread.
Row 0 of every target and texture is the top of the picture, so pixels need no flip after reading.
"""
