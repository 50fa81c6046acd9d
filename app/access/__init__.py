"""Who may do what to which row, and why: one decision, in Python and in SQL."""
