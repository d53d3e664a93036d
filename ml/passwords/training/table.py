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
BATCH = 1024
# Where those that have ended are left out.
STOPS = (1, 9, 13, 21, train.CONTEXT + 1)


@jax.jit
def go_on(params, told, rows, key, start, stop):
    """Draws the characters from `start` to before `stop` behind those that are there: as `train.logits`, a place a time."""

    def one(place, state):
        told, rows, key = state
        n = rows.shape[0]
        x = params["token"][rows[:, place - 1]] + params["place"][place - 1]
        seen = jnp.where(jnp.arange(told.shape[4]) < place, 0.0, -1e9)
        for i, layer in enumerate(params["layers"]):
            h = train.rms(x, layer["norm1"]) @ layer["qkv"]
            q, k, v = (part.reshape(n, train.HEADS, -1) for part in jnp.split(h, 3, axis=-1))
            told = told.at[:, i, :, :, place - 1].set(jnp.stack([k, v]))
            scores = jnp.einsum("rhd,rhpd->rhp", q, told[0, i]) / np.sqrt(train.WIDTH // train.HEADS) + seen
            mixed = jnp.einsum("rhp,rhpd->rhd", jax.nn.softmax(scores), told[1, i]).reshape(n, train.WIDTH)
            x = x + mixed @ layer["out"]
            x = x + jax.nn.gelu(train.rms(x, layer["norm2"]) @ layer["up"]) @ layer["down"]
        key, now = jax.random.split(key)
        marks = jax.random.categorical(now, train.rms(x, params["norm"]) @ params["head"])
        marks = jnp.where(marks == train.PAD, train.OTHER, marks)
        ended = jnp.any((rows == train.EDGE) & (jnp.arange(rows.shape[1]) > 0), axis=1)
        return told, rows.at[:, place].set(jnp.where(ended, train.PAD, marks)), key

    return jax.lax.fori_loop(start, stop, one, (told, rows, key))


def draw(params, samples, seed):
    """Rows of ids: edge mark, characters, edge mark, padding. What does not end within the context is drawn anew."""
    key = jax.random.PRNGKey(seed)
    found = []
    while len(found) < samples:
        rows = jnp.zeros((BATCH, train.CONTEXT + 1), jnp.int32).at[:, 0].set(train.EDGE)
        # What each place of each layer tells those behind it: keys and values.
        told = jnp.zeros((2, train.LAYERS, BATCH, train.HEADS, 0, train.WIDTH // train.HEADS))
        for start, stop in zip(STOPS, STOPS[1:]):
            told = jnp.pad(told, [(0, 0)] * 4 + [(0, stop - start), (0, 0)])
            told, rows, key = go_on(params, told, rows, key, start, stop)
            now = np.asarray(rows)
            open_rows = np.flatnonzero(~(now[:, 1:] == train.EDGE).any(axis=1))
            # The empty password is none. Rows that only fill up were there before.
            fresh = now[: real if start > 1 else BATCH]
            found.extend(row for row in fresh if (row[1:] == train.EDGE).any() and row[1] != train.EDGE)
            open_rows = open_rows[open_rows < len(fresh)]
            real = len(open_rows)
            if real == 0:
                break
            # Those that have ended are left out; the number is a power of two, so that little is compiled.
            kept = np.resize(open_rows, 1 << max(6, int(np.ceil(np.log2(real)))))
            told, rows = told[:, :, kept], rows[kept]
    # All of the last round, too: those that end early are found first.
    return np.stack(found).astype(np.int64)


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
    lengths = (rows != train.PAD).sum(axis=1)
    order = np.argsort(lengths, kind="stable")
    found = []
    for part in np.array_split(order, -(-len(rows) // 512)):
        # Of about the same length, so that little padding is read.
        found.append(session.run(None, {"input_ids": rows[part, : lengths[part].max()]})[0].sum(axis=1))
    bits = np.sort(np.concatenate(found)).astype(np.float64)
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
