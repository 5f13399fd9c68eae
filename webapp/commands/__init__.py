"""The command `webapp`, for the operator of the server."""
