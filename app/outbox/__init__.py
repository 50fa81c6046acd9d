"""What happened, appended in the transaction of the change."""
