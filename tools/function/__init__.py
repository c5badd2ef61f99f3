"""`make function` and `make remove-function`: a new function with all that belongs to it."""
