"""Files of any size: the same steps, part by part."""
