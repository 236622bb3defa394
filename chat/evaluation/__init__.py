"""How well the configured model does its work: cases in a file, talked through, judged."""
