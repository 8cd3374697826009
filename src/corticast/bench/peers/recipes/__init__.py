"""Typical films with other libraries, each a program of its own.

Every recipe takes `--size WxH --frames N --fps N/D --output FILM` and its inputs. With `--lossless`, it writes the same
frames without loss (FFV1 in a Matroska file), and ends with a line of JSON that holds the scales of its panels.
"""
