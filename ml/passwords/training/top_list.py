"""Writes the most common passwords, the most common first, one a line.

    python top_list.py DATA_FOLDER TOP_TXT_GZ [--rows 30000]
"""

import argparse
import gzip
import os

arguments = argparse.ArgumentParser()
arguments.add_argument("data")
arguments.add_argument("target")
arguments.add_argument("--rows", type=int, default=30_000)
options = arguments.parse_args()

rows = []
with gzip.open(os.path.join(options.data, "passwords-top", "passwords-dev.tsv.gz"), "rt", encoding="utf-8", newline="\n") as f:
    for line in f:
        rank, _, password = line.rstrip("\n").split("\t", 2)
        rows.append((int(rank), password))
rows.sort()
# Ranks have to be those of the lines.
assert [rank for rank, _ in rows[: options.rows]] == list(range(1, options.rows + 1))
with open(options.target, "wb") as f:
    # Without a time in it: the same list makes the same file.
    f.write(gzip.compress("\n".join(password for _, password in rows[: options.rows]).encode(), 9, mtime=0))
