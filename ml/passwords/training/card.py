"""Measures the exported model on what was kept back and writes what it is, for people and for the tests.

    python card.py DATA_FOLDER WEIGHTS_FOLDER MODEL_FOLDER

Writes `card.json`: what was trained on, for how long, how well; and `reference.json`: bits of some passwords by the
weights as they were trained, so that whoever reads the exported model elsewhere can compare.
"""

import hashlib
import json
import os
import sys

import jax
import jax.numpy as jnp
import numpy as np
import onnxruntime

import export
import train

ROWS = 4096
COMPARED = [
    "password",
    "123456",
    "iloveyou2",
    "Sommer2026!",
    "qwertyuiop",
    "vX7#mQ2!zRb9Lw",
    "correct horse battery staple",
    "caf\u00e9",
    "a",
    "x" * 31,
]


def file(*parts):
    with open(os.path.join(*parts), "rb") as f:
        return f.read()


def main():
    data, weights, target = sys.argv[1:]
    params = jax.tree_util.tree_map(jnp.asarray, export.read_weights(os.path.join(weights, "weights.npz")))
    trained, kept = train.read(data)
    model = file(target, "onnx", "model.onnx")
    session = onnxruntime.InferenceSession(model)

    def exported(rows):
        ids = np.concatenate([np.full((len(rows), 1), train.EDGE), rows], axis=1).astype(np.int64)
        return session.run(None, {"input_ids": ids})[0].sum(axis=1)

    def mean(measure, rows):
        return round(float(np.mean(np.concatenate([measure(rows[i : i + 256]) for i in range(0, len(rows), 256)]))), 3)

    rows = train.to_array([row[0] for row in kept[:ROWS]], train.CONTEXT)
    as_trained = jax.jit(lambda rows: train.bits(params, rows))
    curve = [line.split("\t") for line in file(weights, "curve.tsv").decode().splitlines()]
    minutes, steps, seen, *_ = curve[-1]
    card = {
        "version": json.loads(file(target, "config.json"))["version"],
        "sha256": hashlib.sha256(model).hexdigest(),
        "bytes": len(model),
        "parameters": sum(x.size for x in jax.tree_util.tree_leaves(params)),
        "data": {
            "name": "passwords-top",
            "sha256": hashlib.sha256(file(data, "passwords-top", "passwords-dev.tsv.gz")).hexdigest(),
            "trained_on": len(trained),
            "kept_back": len(kept),
        },
        "seed": 1,
        "minutes_on_two_shared_cores": float(minutes),
        "steps": int(steps),
        "passwords_seen": int(seen),
        "bits_of_kept_back": {"as_trained": mean(as_trained, rows), "exported": mean(exported, rows), "rows": len(rows)},
        "curve": {
            "columns": ["minutes", "steps", "passwords seen", "bits kept back", "bits trained on"],
            "rows": [[float(x) for x in line] for line in curve],
        },
    }
    # A list of numbers is one line.
    text = json.dumps(card, indent=2)
    for row in card["curve"]["rows"]:
        text = text.replace(json.dumps(row, indent=2).replace("\n", "\n      "), json.dumps(row))
    write(text, target, "card.json")
    rows = train.to_array(COMPARED, train.CONTEXT)
    pairs = [{"password": p, "bits": round(float(b), 3)} for p, b in zip(COMPARED, as_trained(rows))]
    write(json.dumps({"sha256": card["sha256"], "passwords": pairs}, indent=2), target, "reference.json")


def write(text, *parts):
    with open(os.path.join(*parts), "w") as f:
        f.write(text + "\n")


if __name__ == "__main__":
    main()
