"""The only place that calls OpenGL: contexts, shaders, textures, targets, readback.

Everything here needs the context of `corticast.gl.context` to be current in the calling thread.
Rows run downwards: row 0 of every target and texture is the top of the picture, so that what is
read back needs no flip.
"""
