"""Who acts for a client, on which mandate."""
