"""Every claim that is a figure, measured: one file a claim, `python -m benchmarks NAME --json`.

A benchmark is a module of this package with a first docstring line that names the claim,
`add_options(parser)` for its own options and `run(options)`, which yields a `Figure` as soon as it is measured.
"""
