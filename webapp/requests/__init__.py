"""Reading requests: limits, URL parameters, JSON bodies."""
