"""The API's rate limits, shared by every process of an account."""
