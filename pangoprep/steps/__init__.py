"""The steps of the pipeline, named by their verbs: pure, the same for a frame and a part."""
