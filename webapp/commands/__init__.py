"""The command `webapp`: what whoever runs the server types."""
