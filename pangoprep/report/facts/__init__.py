"""What a report says, as numbers and values, apart from how it looks."""
