"""The film and the still: what `corticast render` and `corticast frame` do."""
