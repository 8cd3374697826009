"""The ring against a deque, whatever is written and read when."""

from collections import deque

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corticast.audio.ring import RecordRing, RingShape, SampleRing


def blocks(shape):
    return st.lists(
        st.tuples(st.sampled_from(["write", "read"]), st.integers(0, shape.block_size), st.integers(0, 60)),
        max_size=60,
    )


@st.composite
def histories(draw):
    block_size = draw(st.integers(1, 7))
    shape = RingShape(draw(st.integers(2 * block_size, 40)), draw(st.integers(1, 3)), block_size)
    return shape, draw(blocks(shape))


@given(histories())
def test_what_is_read_is_what_was_written(history):
    shape, steps = history
    memory = memoryview(bytearray(shape.n_bytes))
    # Two sides of one memory, as in two processes.
    writer, reader = SampleRing(memory, shape), SampleRing(memory, shape)
    # What a deque of all but the block that may be overwritten at any moment holds.
    model = deque(maxlen=shape.n_frames - shape.block_size)
    times = []
    n_written = n_blocks_read = 0
    for step, size, back in steps:
        if step == "write":
            frames = np.random.default_rng(n_written).random((size, shape.n_channels), dtype=np.float32)
            writer.write(frames.tobytes(), arrival_s=len(times) / 7, adc_s=-len(times), flags=len(times) % 3)
            model.extend(frames)
            n_written += size
            times.append(n_written)
            assert reader.n_written == n_written
            assert reader.n_blocks == len(times)
        else:
            start = max(n_written - back, 0)
            stop = start + min(size, n_written - start)
            first, read = reader.read(start, stop)
            oldest = n_written - len(model)
            assert first == min(max(start, oldest), stop)
            expected = np.array(list(model)[first - oldest : stop - oldest]).reshape(-1, shape.n_channels)
            np.testing.assert_array_equal(read, expected)
            number, known = reader.blocks(n_blocks_read)
            assert number == max(n_blocks_read, len(times) - shape.n_blocks + 1)
            assert [block.stop for block in known] == times[number:]
            assert [block.arrival_s for block in known] == [k / 7 for k in range(number, len(times))]
            assert [block.flags for block in known] == [k % 3 for k in range(number, len(times))]
            n_blocks_read = len(times)


@given(st.integers(2, 9), st.integers(1, 4), st.lists(st.integers(0, 12), max_size=20))
def test_the_newest_records_are_there(n_records, n_fields, bursts):
    memory = memoryview(bytearray(RecordRing.n_bytes(n_records, n_fields)))
    writer, reader = RecordRing(memory, n_records, n_fields), RecordRing(memory, n_records, n_fields)
    written = []
    for burst in bursts:
        before = len(written)
        for _ in range(burst):
            written.append([len(written) + k / 10 for k in range(n_fields)])
            writer.write(*written[-1])
        first, records = reader.read(before)
        assert first == max(before, len(written) - n_records + 1)
        assert records.tolist() == written[first:]
