"""The server processes: gunicorn with our options, and a worker that differs from gunicorn's in two points."""
