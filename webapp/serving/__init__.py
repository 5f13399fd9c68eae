"""The processes that serve: gunicorn with our options, and with its worker changed in two things."""
