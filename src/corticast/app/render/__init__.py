"""Films and stills: `corticast render` and `corticast frame`."""
