"""One run: its batches, several in flight, taken to an end state whatever happens."""
