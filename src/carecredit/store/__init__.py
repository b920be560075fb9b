"""Persistence, told once: tables' base, engine, transaction, audit chain, idempotency."""
