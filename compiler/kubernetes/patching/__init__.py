"""Patches of rendered objects: what a strategic merge and a JSON patch make of plain data."""
