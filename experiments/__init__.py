"""Deep networks with quantized activations, in PyTorch. Never needed to build or to read the book.

Run from the root of the project, one command a table: ``python -m experiments --help``.
"""
