"""Tables: a delimited text as columns with types, a Parquet file, and every line accounted for.

Pure: chunks of bytes in, files in a folder out. Nothing here knows AWS.
"""

from darkroom.tables.limits import TableLimits
from darkroom.tables.profile import Files, Profile, profile_table

__all__ = ["Files", "Profile", "TableLimits", "profile_table"]
