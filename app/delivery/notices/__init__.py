"""Who is told by e-mail that there is something new: whoever asked for it, seldom, and without a word of what it is."""
