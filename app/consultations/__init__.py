"""Asking a named professional about a named client, with permission; and pair work, counted by actor."""
