"""What programs ask: the JSON endpoint, its contract, health and figures."""
