"""Share: links that show some files of an owner's to whoever has one, until they end.

`share` makes, lists and ends links for the owners of files. `show` is open to everybody: it has the
token of a link and nothing else to go by, and writes nothing.
"""
