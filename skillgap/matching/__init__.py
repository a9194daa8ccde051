"""`Resume` × skills → evidence."""
