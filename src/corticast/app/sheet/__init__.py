"""The contact sheet of `corticast render --sheet`."""
