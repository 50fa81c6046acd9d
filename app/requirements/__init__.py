"""What a team needs to know in a referral."""
