"""Many films, or one film in segments, by several processes or machines."""
