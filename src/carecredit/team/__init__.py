"""Operators and keys: who may act, for which client companies. They stand above the clients."""
