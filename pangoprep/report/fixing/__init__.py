"""The way through Excel: held rows out as a workbook, and back in when people fixed them."""
