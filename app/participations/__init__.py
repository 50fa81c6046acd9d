"""Services that a client takes part in side by side on a path, and how it goes after them."""
