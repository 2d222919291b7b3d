"""What a repository holds: its apps, its public hosts, its environments."""
