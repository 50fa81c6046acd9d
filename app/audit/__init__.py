"""Use log and disclosure log: who used whose data, who received what."""
