"""Who is reminded of an appointment by e-mail: whoever asked for it, once, and without a word of what it is."""
