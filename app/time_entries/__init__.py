"""Minutes spent for a client: who in which role, on what, and when."""
