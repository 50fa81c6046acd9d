"""The form a client fills before the health check."""
