"""Every select on subscriptions, deliveries and the events they tell of."""
