"""Health check, physicians' assessments, functional tests."""
