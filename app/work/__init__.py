"""One row per piece of work, and who has a care relationship."""
