"""What the client would have to permit for work to go on: asked about, and closed, as a piece of work."""
