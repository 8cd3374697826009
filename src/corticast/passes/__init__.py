"""From a scene to pixels: one module per pass, and the compositor that orders them.

::

    scene, layout ─> scene_passes ─> passes that rest ─> still layer ─┐
                                     passes that move ────────────────┴─> frame ─> planes (RGB -> Y'CbCr)
"""
