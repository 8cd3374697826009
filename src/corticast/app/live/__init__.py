"""Live shows: `corticast live`."""
