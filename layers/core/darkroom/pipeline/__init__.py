"""From an upload's event to its end: versions, steps, items, receipts, the join."""
