"""NumPy-only foundation: geometry, timing, colour and the types that the other packages exchange."""
