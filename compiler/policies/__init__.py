"""What a rule about objects is, and where the built-in ones are; the rules are in `policies/`."""
