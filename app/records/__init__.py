"""Old records asked of other places, until they arrive."""
