"""Measures speed: kernels, passes, encoders and whole films here, and other software beside corticast.

::

    runner ─> kernels, drawing, encoding, processes ─> Result ─> report (lines, JSON) ─> compare
    peers.race ─> recipes of other software, corticast ──────┘
"""
