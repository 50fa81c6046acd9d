"""What the client must be asked before something can be told: work with a remedy, not a bare refusal."""
