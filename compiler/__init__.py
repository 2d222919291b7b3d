"""Portico: compiles app specs into Kubernetes manifests and Terraform JSON, and checks them."""

__version__ = "0.1.0"
