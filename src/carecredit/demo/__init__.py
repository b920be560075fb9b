"""A made world to try the house in: two client companies, their customers and two years of bills.

All of it is invented here and repeats by seed. It knows only the kernel; loading it into a
database is somebody else's work.
"""
