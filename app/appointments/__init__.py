"""Visits of a client: booked, cancelled, not come to."""
