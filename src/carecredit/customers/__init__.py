"""Customers of client companies, the persons behind them, and how they can be reached."""
