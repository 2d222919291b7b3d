"""Reads files that Portico did not write, as kubectl, Flux and Terraform would, or refuses them."""
