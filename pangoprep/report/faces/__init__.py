"""How a report looks: HTML, text, Markdown, JSON, a plot, in English and Vietnamese."""
