"""Texts, and the room that they take."""
