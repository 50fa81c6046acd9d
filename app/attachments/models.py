"""Documents of a case, and their content."""
