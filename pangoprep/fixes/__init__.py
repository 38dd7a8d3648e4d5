"""The fixes file: what people fixed by hand lasts until the source changes, and stays private."""
