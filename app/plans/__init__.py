"""Barriers, small steps and the follow-up plan of a path."""
