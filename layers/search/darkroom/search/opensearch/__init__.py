"""OpenSearch as the engine: one index of all owners' documents, on a domain or a collection.

How far an owner's part of it is made is one object in the bucket of indexes, which is replaced only
by who has seen it: a domain has nothing that says so of many documents together.
"""
