"""Instruments as they were answered: by a professional or by the client."""
