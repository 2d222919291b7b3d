"""Measures how fast Portico is, against what the work itself costs and against its peers."""
