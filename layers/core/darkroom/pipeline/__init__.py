"""An upload's way: events, versions, steps, records, receipts."""
