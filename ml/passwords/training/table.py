"""Draws passwords from the exported model and writes how many guesses come before one of so many bits.

    python table.py WEIGHTS_NPZ MODEL_ONNX TABLE_JSON [--samples 100000] [--seed 1]

Monte Carlo strength (Dell'Amico and Filippone, CCS 2015, section 3): whoever guesses in the order of the model's chances
has guessed about sum(1 / (n * p)) before a password, over the samples that are likelier than it.
"""

import argparse
import hashlib
import json

import jax
import jax.numpy as jnp
import numpy as np
import onnxruntime

import export
import train

POINTS = 400
BATCH = 2048


def draw(params, samples, seed):
    """Rows of ids: edge mark, characters, edge mark, padding. What does not end within the context is drawn anew."""
    step = jax.jit(lambda before, key: jax.random.categorical(key, train.logits(params, before)[:, -1]))
    key = jax.random.PRNGKey(seed)
    found = []
    while len(found) < samples:
        ids = np.full((BATCH, 1), train.EDGE, np.int32)
        open_rows = np.arange(BATCH)
        rows = np.zeros((BATCH, train.CONTEXT + 1), np.int32)
        rows[:, 0] = train.EDGE
        for place in range(1, train.CONTEXT + 1):
            key, now = jax.random.split(key)
            # Rows that have ended are left out; their number is a power of two, so that little is compiled.
            size = 1 << max(6, int(np.ceil(np.log2(max(1, len(open_rows))))))
            before = rows[np.resize(open_rows, size), :place]
            marks = np.asarray(step(jnp.asarray(before), now))[: len(open_rows)]
            rows[open_rows, place] = np.where(marks == train.PAD, train.OTHER, marks)
            open_rows = open_rows[rows[open_rows, place] != train.EDGE]
            if len(open_rows) == 0:
                break
        ended = np.setdiff1d(np.arange(BATCH), open_rows)
        # The empty password is none.
        found.extend(row for row in rows[ended] if row[1] != train.EDGE)
    return np.stack(found[:samples]).astype(np.int64)


def main():
    arguments = argparse.ArgumentParser()
    for name in ("weights", "model", "table"):
        arguments.add_argument(name)
    arguments.add_argument("--samples", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    session = onnxruntime.InferenceSession(options.model)
    params = jax.tree_util.tree_map(jnp.asarray, export.read_weights(options.weights))
    rows = draw(params, options.samples, options.seed)
    bits = np.sort(
        np.concatenate([session.run(None, {"input_ids": rows[i : i + 512]})[0].sum(axis=1) for i in range(0, len(rows), 512)])
    ).astype(np.float64)
    guesses = np.cumsum(2.0**bits / len(bits))
    # Points are closer together where there is little to guess yet.
    chosen = np.unique(np.concatenate([np.arange(20), np.geomspace(20, len(bits) - 1, POINTS - 20).astype(int)]))
    with open(options.model, "rb") as f:
        model_hash = hashlib.sha256(f.read()).hexdigest()
    table = {
        "model": model_hash,
        "samples": len(bits),
        "seed": options.seed,
        "bits": [round(float(bits[i]), 3) for i in chosen],
        "guesses_log10": [round(float(np.log10(guesses[i])), 4) for i in chosen],
    }
    with open(options.table, "w") as f:
        json.dump(table, f)
        f.write("\n")


if __name__ == "__main__":
    main()
