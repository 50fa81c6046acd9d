"""Time of people and rooms: nobody is in two places at once."""
