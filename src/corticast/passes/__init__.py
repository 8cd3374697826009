"""From a scene to pixels: one module per pass, and the compositor that orders them.

::

    scene, window, placement ─> Compositor
        slices | picture ─┐
        labels at rest   ─┴─> still layer ─> frame: moving slices, sprites, moving labels ─> planes (RGB -> Y'CbCr)
"""
