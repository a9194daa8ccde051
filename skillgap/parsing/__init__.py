"""A file → `Resume`: one module a format, told by content and not by file name."""
