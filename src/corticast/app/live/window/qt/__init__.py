"""The Qt window of a show, with its controls."""
