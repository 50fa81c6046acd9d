"""Questions without a client, their monthly sessions and the library of answers."""
