"""Anonymous questions among professionals: forums, their sessions, and the library of answers."""
