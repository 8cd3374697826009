"""The show: what `corticast live` does."""
