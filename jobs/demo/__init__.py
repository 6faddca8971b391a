"""The demo catalogue: everything in it is invented."""
