"""The inbox, the life of a referral, the feedback owed for it."""
