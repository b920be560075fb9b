"""Pages to print and send, and files to take along: what leaves the house on paper."""
