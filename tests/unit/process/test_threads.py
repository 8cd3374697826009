"""Threads that this process may use."""

from corticast.process.threads import granted_threads


def test_threads_that_openmp_is_given_may_be_passed_over(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    alone = granted_threads()
    monkeypatch.delenv("OMP_NUM_THREADS")
    everything = granted_threads()
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert alone == 1
    assert granted_threads(by_openmp=False) == everything
