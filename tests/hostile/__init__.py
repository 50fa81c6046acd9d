"""Hostile, malformed and foreign requests: whatever comes in, the answer has a name and nothing is half-written."""
