"""What whoever runs the server sees: the log, figures for Prometheus, the query log."""
