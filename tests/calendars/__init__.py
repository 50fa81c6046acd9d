"""Time of people and rooms."""
