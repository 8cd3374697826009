"""From frames and sound to a file: the encoder's process, its arguments and its pipes."""
