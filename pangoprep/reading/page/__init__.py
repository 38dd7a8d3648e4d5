"""Web pages that hold a table: HTML, and web archives (MHTML)."""
