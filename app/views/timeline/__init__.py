"""The timeline: what happened to a client, from every room, as sentences in one feed."""
