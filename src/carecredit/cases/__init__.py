"""Care cases: one matter, service or money, from opening to resolution; and our own word."""
