"""`make soak`: many photos at once, odd files, duplicates, a failing function; and an audit."""
