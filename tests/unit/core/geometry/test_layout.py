import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corticast.core.geometry.arrange import arrange
from corticast.core.geometry.fit import fit_of
from corticast.core.geometry.picture_layout import picture_layout
from corticast.core.geometry.scene_cells import cell_trees
from corticast.core.model.labels import LABELS, default_labels
from corticast.core.model.scene import Scene
from corticast.core.model.types import Volume

VOLUME = Volume(np.zeros((2, 2, 2), np.uint8), np.eye(4))
BOX = np.array([[-98.5, -134.5, -72.5], [98.5, 98.5, 116.5]])
ALL = default_labels(LABELS)


def trees_of(name):
    """Cells of a layout without electrodes."""
    scene = Scene(volume=VOLUME, layout=name)
    return cell_trees(scene, None, fit_of(scene, None))


def slots_of(layout):
    slots = [layout.title, layout.clock]
    slots += [slot for four in layout.letters for slot in (four or ())]
    return [slot for slot in slots if slot is not None]


@pytest.mark.parametrize("name", ["ortho", "grid", "axial", "coronal", "sagittal"])
@pytest.mark.parametrize("size", [(640, 360), (1920, 1080), (3840, 2160), (1800, 600), (1080, 1920), (1000, 1000)])
def test_nothing_leaves_the_frame_or_overlaps(name, size):
    layout = arrange(trees_of(name), BOX, size, labels=ALL, has_title=True, has_colorbar=True)
    covered = np.zeros(size[::-1], int)
    for panel in layout.panels:
        x, y, width, height = panel.rect
        assert x >= 0
        assert y >= 0
        assert x + width <= size[0]
        assert y + height <= size[1]
        covered[y : y + height, x : x + width] += 1
        # The whole box is inside its rectangle, give or take the rounding to pixels.
        corners = panel.pixel_of(BOX)
        assert corners[:, 0].min() >= x - 1.01
        assert corners[:, 0].max() <= x + width + 0.01
    x, y, width, height = layout.colorbar
    covered[y : y + height, x : x + width] += 1
    assert covered.max() == 1
    for slot in slots_of(layout):
        assert 0 < slot.x <= size[0]
        assert 0.4 * slot.size_px < slot.y < size[1] - 0.4 * slot.size_px
    # Letters stand within their panels, at the middle of the edges.
    for panel, (left, right, top, bottom) in zip(layout.panels, layout.letters, strict=True):
        x, y, width, height = panel.rect
        assert x < left.x < right.x < x + width
        assert y < top.y < bottom.y < y + height
        assert top.x == bottom.x == pytest.approx(x + width / 2, abs=1)
        assert left.y == right.y


@given(
    width=st.integers(1, 4000),
    height=st.integers(1, 4000),
    name=st.sampled_from(["ortho", "grid", "axial", "coronal", "sagittal"]),
)
def test_a_millimetre_is_the_same_everywhere(width, height, name):
    layout = arrange(trees_of(name), BOX, (width, height))
    scales = {round(abs(s), 9) for panel in layout.panels for s in (panel.affine[0, 0], panel.affine[1, 1])}
    assert len(scales) == 1


def test_all_sizes_look_the_same():
    """Every length of a frame of four times the size is four times as long."""
    small = arrange(trees_of("ortho"), BOX, (640, 360), labels=ALL, has_title=True, has_colorbar=True)
    large = arrange(trees_of("ortho"), BOX, (7680, 4320), labels=ALL, has_title=True, has_colorbar=True)
    for one, other in zip(slots_of(small), slots_of(large), strict=True):
        assert other.size_px == pytest.approx(12 * one.size_px)
        # Letters stand beside rectangles of whole pixels.
        assert other.x / 12 == pytest.approx(one.x, abs=1.0)
        assert other.y / 12 == pytest.approx(one.y, abs=1.0)
    for one, other in zip(small.panels, large.panels, strict=True):
        assert other.affine[:, :2] / 12 == pytest.approx(one.affine[:, :2])


def test_pixel_to_world_and_back():
    for panel in arrange(trees_of("ortho"), BOX, (1920, 1080), labels=ALL).panels:
        world = panel.plane_to_world(12.5) @ (1001.0, 517.0, 1.0)
        assert world[panel.fixed_axis] == 12.5
        assert panel.pixel_of([world])[0] == pytest.approx([1001.0, 517.0])


def test_a_picture_maps_its_pixel_centres():
    layout = picture_layout((545, 377), (-0.5, -0.5), (545 * 2, 377 * 2))
    (panel,) = layout.panels
    assert panel.rect == (0, 0, 1090, 754)
    # The centre of pixel (0, 0) lies between the first two pixels of the doubled picture.
    assert panel.pixel_of([[0, 0], [544, 376]]) == pytest.approx(np.array([[0.5, 0.5], [1088.5, 752.5]]))
