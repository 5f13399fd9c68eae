"""Responses: JSON, errors, ETags, headers, compression, and escaping of untrusted text."""
