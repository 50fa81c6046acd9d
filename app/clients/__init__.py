"""Clients, identity codes, protected identity."""
