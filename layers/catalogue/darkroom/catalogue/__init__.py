"""The catalogue: what ended, in the tables of a relational database.

It is made of the records in DynamoDB and of nothing else, so it can be lost and made again. What is
written is decided by versions, so messages may come twice and in any order.
"""
