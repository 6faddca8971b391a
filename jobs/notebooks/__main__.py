"""`python -m jobs.notebooks [NAME …]`: every notebook, or those named, is run on the demo catalogue and stored."""

import sys

from jobs.notebooks.running import paths, write

if __name__ == "__main__":
    for path in paths():
        if path.stem in sys.argv[1:] or not sys.argv[1:]:
            print(path.name, flush=True)
            write(path)
