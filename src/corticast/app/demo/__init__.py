"""The demo film: what `corticast demo` does."""
