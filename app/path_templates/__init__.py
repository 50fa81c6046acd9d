"""Path templates: the steps of a service path as versioned data."""
