"""What an owner's files cost them: the ledger, admission, the over-quota tag."""
