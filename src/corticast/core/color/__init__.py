"""Colours, colour maps and grey windows."""
