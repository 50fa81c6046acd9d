"""Who may do what to which row, in one decision: its data, its checks, its form in SQL, and the table of it all."""
