"""Small values that stand for a picture: its placeholder, its colour, its fingerprint."""
