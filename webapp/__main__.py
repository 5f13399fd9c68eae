"""`python -m webapp` is the `webapp` command."""

from webapp.commands.main import main

if __name__ == "__main__":
    main(prog_name="webapp")
