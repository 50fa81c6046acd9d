"""The team's board: what stands, waits, lapses and is silent, in one request."""
