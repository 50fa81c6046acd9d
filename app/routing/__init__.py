"""Who is the right designated professional, and why."""
