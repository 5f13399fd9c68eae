"""Monitoring: the log, Prometheus metrics, and the query log."""
