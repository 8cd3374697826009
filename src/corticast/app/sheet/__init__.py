"""The contact sheet: what `corticast render --sheet` draws."""
