"""Frames to files: in which formats, and which files may be written."""
