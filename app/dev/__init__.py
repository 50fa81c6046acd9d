"""What a developer runs: python -m app.dev."""
