"""The HTML of everything that shows itself in a notebook: templates, and what fills in a card."""
