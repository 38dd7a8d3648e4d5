"""What became of rows after PangoCDP received them: its callbacks, and the ledger's record."""
