"""Telling whoever received something that they may not use it any longer."""
