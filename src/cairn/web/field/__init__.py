"""The field app, as far as the server makes it: its shell, its worker, its words, and what it reads."""
