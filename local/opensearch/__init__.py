"""A real node of OpenSearch on 127.0.0.1, from Maven Central: one Java file of ours starts it."""
