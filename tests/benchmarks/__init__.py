"""`make bench`: how fast the directory is with a hundred thousand services, and what makes it slow."""
