"""Windows of a live show."""
