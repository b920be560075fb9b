"""Readers of files: rows in, good rows to operations, bad rows back with the way out."""
