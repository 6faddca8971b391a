"""Use cases: the only code that knows catalog, matching and tracking. Nothing here commits or reads the clock."""
