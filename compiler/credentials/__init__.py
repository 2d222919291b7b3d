"""Passwords, keys and tokens that somebody wrote into a spec.

What looks like one is decided by detect-secrets. It takes 0.2 s to import, so `suspects` passes
over the documents in which it could find nothing: almost all.
"""
