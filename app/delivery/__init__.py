"""What leaves to whoever subscribed: signed, tried again, logged, and asked of consent at the moment it leaves."""
