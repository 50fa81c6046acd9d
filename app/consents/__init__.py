"""What the client permits, to whom, for what."""
