"""Excel workbooks: sheets and cells."""
