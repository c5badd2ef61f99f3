"""Search: an owner's files by words, facts and looks, in an index of their own.

An index is made of the owner's records and of nothing else. It is one object in a bucket, or some
where there are many files: `index` replaces it, `search` reads it, and where it is missing or
unreadable it is made anew.
"""

# What is in the key of every index: of our own fields, and of the engine that wrote its files. An
# index of another format is not found, and so made anew.
FORMAT = "1-0.27"
