"""HTTP: JSON under /api/v1 and pages for people. An entry point: it commits, and it reads the clock."""
