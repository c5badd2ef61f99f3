"""Putting right what went wrong: retry, dead letters, reconcile, republishing, the halt."""
