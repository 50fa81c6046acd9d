"""Numbered steps; each has its way up and its way down."""
