"""How good a ranking is: a folder of judged pairs in, figures out. No database."""
