"""What stands around the API: its schema and documentation, problem pages, guides, code sets and health."""
