"""Plans that are kept elsewhere: which, from when, on which law."""
