"""What the rules need when it is Checkov that runs them: `policies/_checkov.py` is its side."""
