"""One column of a frame as text: what its cells show, each distinct value once."""
