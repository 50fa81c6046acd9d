"""Peer networks of professionals: no client is spoken of."""
