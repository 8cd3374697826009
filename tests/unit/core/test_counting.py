"""Counts of values, against numpy's sorting."""

import numpy as np
import pytest

from corticast.core.counting import Sample, counted

TYPES = ["u1", "i1", "u2", "i2", ">i2", "i4", "f4", "?"]


@pytest.mark.parametrize("dtype", TYPES)
def test_values_are_counted_as_numpy_does(rng, dtype):
    values = rng.integers(-300, 300, (7, 9, 40)).astype("i4").astype(dtype)
    for some in (values, np.asfortranarray(values)[::2, ::3], values[:0]):
        found, counts = counted(some)
        wanted, n = np.unique(some, return_counts=True)
        assert found.dtype == wanted.dtype
        assert np.array_equal(found, wanted)
        assert np.array_equal(counts, n)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("slope", [1.0, -2.5])
def test_statistics_of_a_sample_are_those_of_all_its_values(rng, dtype, slope):
    voxels = rng.integers(0, 100, (11, 12, 13)).astype(dtype)
    stored = Sample.of(voxels[::2])
    sample = Sample(stored.values * slope, stored.counts)
    values = voxels[::2].ravel().astype(float) * slope
    for percent in (0, 12.3, 50, 99.9, 100):
        assert sample.percentile(percent) == pytest.approx(np.percentile(values, percent), rel=1e-12)
    assert sample.number(sample.values > 20 * slope) == np.count_nonzero(values > 20 * slope)
    assert sample.share(sample.values == 0) == np.mean(values == 0)
    some = sample.of_values(sample.values >= 0)
    assert some.number(some.values >= 0) == np.count_nonzero(values >= 0)
    counts, edges = sample.histogram(sample.values, 17)
    wanted, wanted_edges = np.histogram(values, 17)
    assert np.array_equal(counts, wanted)
    assert np.array_equal(edges, wanted_edges)
