"""Speaking with PangoCDP: who sends, the token, requests and what answers mean."""
