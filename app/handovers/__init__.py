"""Work changes hands: confirmed, declined, asked again, and handed over as planned. Nothing jumps by itself."""
