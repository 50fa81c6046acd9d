"""What the runs of access and of canaries stand on: a town of its own, the whole life of a client made over HTTP, and
one request that succeeds for every operation of the API.

A new operation has an entry in `asked` (with what has to be done before it), or its example from the schema is sent.
"""
