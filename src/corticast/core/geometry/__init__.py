"""Where things are, in millimetres and in pixels."""
