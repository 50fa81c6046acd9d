"""How the API is run on a machine: its folders, its database, its log, and the order in which things start and stop."""
