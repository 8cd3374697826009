"""Speed measurements: kernels, passes, encoders and whole films, and other software beside corticast.

::

    runner ─> kernels, drawing, pipeline, processes ─> Result ─> report (lines, JSON) ─> compare
    peers.race ─> recipes of other software, corticast ──────┘
"""
