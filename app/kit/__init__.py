"""The kit: knows HTTP and SQL, knows no client and no referral."""
