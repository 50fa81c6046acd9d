"""What is shared with a party on a permission or a statute, and the link of a recipient without an account."""
