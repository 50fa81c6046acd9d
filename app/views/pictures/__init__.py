"""The picture of a path: what is done, now and next, that client and worker look at together."""
