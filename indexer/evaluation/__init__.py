"""How good it is: judged sets (`judged`), runs over them (`run`), and the measures (`measures`)."""
