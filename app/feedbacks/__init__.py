"""Feedback to whoever referred: what is owed, drafted, given, received, asked about."""
