"""What is told to one party: a share and its content as it left, the link of a recipient without an account, and the
client's own copy of everything."""
