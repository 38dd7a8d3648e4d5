"""Made-up customers, and what exports do to them."""
