"""The same stages over rows on several machines. ``dask_run.py`` is the way in."""
