"""Templates, service paths, steps and outcomes; admits a referral into a path."""
