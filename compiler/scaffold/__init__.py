"""A new repository of the right shape, for `portico init`. See docs/init.md."""
