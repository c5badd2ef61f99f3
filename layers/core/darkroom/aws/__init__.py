"""AWS clients, and what every adapter shares."""
