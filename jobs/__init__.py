"""Entry points besides HTTP: the command line, the worker and the demo catalogue."""
