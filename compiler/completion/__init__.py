"""Scripts by which a shell completes what a person types after `portico`."""
