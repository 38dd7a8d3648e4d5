"""pangoprep: clean, check and send customer data to PangoCDP from pandas and Jupyter."""
