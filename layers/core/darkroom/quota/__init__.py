"""What each user uploads and has stored, and its limits: ledger, admission, over-quota tags."""
