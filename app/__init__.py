"""Work-ability support on the Heinola model: from a referral to the referrer's feedback."""
