"""What a change means: two states of a repository, compiled and held against each other."""
