"""Care relationships in time, and people a client is kept from."""
