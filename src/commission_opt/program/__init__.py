"""The program as data: columns, rows, the linear program, its text and its files."""
