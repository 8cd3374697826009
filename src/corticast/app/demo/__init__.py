"""The demo film of `corticast demo`."""
