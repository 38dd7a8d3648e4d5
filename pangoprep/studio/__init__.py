"""The studio: a widget in which rows are fixed by looking, over the workbench."""
