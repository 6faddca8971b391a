"""JSON routes: every module here has a `router`, a PolicyRouter whose prefix begins with /api/v1."""
