"""Instruments as data, and their bands."""
