"""Figures without people in them."""
