"""Visits of a client: booked by the team or by the client, cancelled, kept or not come to."""
