"""What a screen needs across rooms."""
