"""A scene drawn without a film: passes and compositor as a render makes them, states given by the test."""

from dataclasses import replace

from corticast.core.geometry.contact_sizes import contact_sizes
from corticast.core.geometry.panels import Motion
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.geometry.sprites import SpriteLook
from corticast.core.text.captions import ActivityScale
from corticast.gl.volume import VolumeTexture
from corticast.passes.scene_passes import scene_compositor
from corticast.passes.scene_picture import ScenePicture


class SceneDrawing:
    """Draws states of one scene.

    Parameters
    ----------
    gl : current context
    placed : where the electrodes are, None without any
    window : scaled values drawn black and white in every state
    size : width, height in pixels
    moving, turning : whether planes and views move from frame to frame
    layout : in place of the scene's own
    planes : where frames are converted to
    """

    def __init__(
        self, gl, scene, placed, window, size, *, moving=False, turning=False, layout=None, planes=None
    ):  # fmt: skip
        self.layout = layout or layout_of(scene, placed, size)
        self.window = window
        look = SpriteLook().chosen(scene.contact_map, scene.electrode_style)
        sizes = None if placed is None else contact_sizes(scene, placed, None, moves=True)
        motion = Motion("sweep" if moving else "rest", turning)
        picture = ScenePicture(scene, self.layout, placed, look, sizes, ActivityScale(), motion, window)
        texture = VolumeTexture(gl, scene.volume, window) if scene.volume is not None else None
        self.compositor = scene_compositor(gl, picture, texture, planes)

    def draw(self, state):
        """The frame of a state."""
        return self.compositor.draw(replace(state, window=self.window))

    def convert(self):
        """Planes of the frame drawn last."""
        return self.compositor.convert()

    @property
    def changed(self):
        """Rectangles that differ from the frame before, None where all may."""
        return self.compositor.changed

    @property
    def is_neutral(self):
        """Whether no frame has a pixel with a hue."""
        return self.compositor.is_neutral

    def pass_of(self, kind):
        """The pass of a class."""
        (found,) = [each for each in self.compositor.passes if isinstance(each, kind)]
        return found
