"""The catalogue of roles: load, validate, find; importers for postings and O*NET."""
