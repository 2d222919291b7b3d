"""HashiCorp's configuration language, read as its own parser reads it."""
