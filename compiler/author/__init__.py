"""Specs as people write them: begun, edited, promoted and formatted, with what they wrote kept."""
