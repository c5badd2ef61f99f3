"""What mends: retries, dead letters, reconcile, republishing, the halt switch."""
