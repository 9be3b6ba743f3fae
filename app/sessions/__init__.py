"""Which session lives where, and who watches it."""
