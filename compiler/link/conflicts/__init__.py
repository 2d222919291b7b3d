"""What each field of an app alone allows, and the whole does not: a module for each concern."""
