"""A frame as a page holds it: pixels, and above them contacts as shapes and texts as text."""
