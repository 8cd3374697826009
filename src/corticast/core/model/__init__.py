"""The scene and the frozen types that the rooms exchange."""
