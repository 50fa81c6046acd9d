"""What came of a path: its goals, its scores, the client's own summary, its cost, the lightest step."""
