"""The hands: actors and the ticker (Dramatiq); claim, do, record."""
