"""Windows of a show."""
