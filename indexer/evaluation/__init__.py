"""How good it is: judged sets (`judged`), runs over them (`run`), the measures (`measures`),
typing variants of their queries (`variants`), and the results of two runs side by side (`comparison`)."""
