"""Finding what was lost on the way: uploads, items, charges and outputs held side by side.

`survey` reads a stretch of one user's things, `diagnosis` says what is wrong with each, `remedies`
puts it right, `usage` mends counters, `progress` remembers how far a sweep has come, and `sweep`
is one run of it. Nothing younger than a grace period is touched: its events are on their way.
"""
