"""Pages: every module here that has a `router` serves the pages of one thing."""
