"""Files of a new repository: what `portico init` writes."""
