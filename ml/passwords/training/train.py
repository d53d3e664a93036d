"""Trains the guess model: a causal transformer over the characters of passwords.

    python train.py DATA_FOLDER OUT_FOLDER [--steps 3000] [--seed 1]

DATA_FOLDER holds `passwords-top/passwords-dev.tsv.gz`: lines of rank, count, password. Writes `weights.npz`, the newest
state, and `curve.tsv`: minutes, steps, passwords seen, bits a password on the part kept back and on a part trained on.

What is kept back is a twentieth of the ranks past 50,000, chosen by a hash of the password, so it is the same each time.
A password is drawn with a chance that follows the square root of its count: with the counts themselves, nine tenths of
all steps would go into a list that is shipped beside the model anyway.
"""

import argparse
import gzip
import hashlib
import os
import time

import jax
import jax.numpy as jnp
import numpy as np
import optax

# Characters are numbered from here; below stand padding, the one mark that opens and ends, and "any other character".
PAD, EDGE, OTHER, FIRST = 0, 1, 2, 3
VOCABULARY = FIRST + 95
CONTEXT = 32
WIDTH = 128
LAYERS = 4
HEADS = 4
COUNT_POWER = 0.5
KEPT_BACK_RANK_MIN = 50_000
KEPT_BACK_ONE_IN = 20
# Passwords are trained with others of about their length, so that little is spent on padding.
LENGTHS = (8, 10, 14, CONTEXT)
BATCH_TOKENS = 6144
LEARNING_RATE = 3e-3


def encode(password):
    return [c - 32 + FIRST if 32 <= c < 127 else OTHER for c in map(ord, password)]


def kept_back(rank, password):
    if rank <= KEPT_BACK_RANK_MIN:
        return False
    return int.from_bytes(hashlib.sha256(password.encode()).digest()[:4], "big") % KEPT_BACK_ONE_IN == 0


def read(folder):
    """Rows of (password, count, rank), split into (trained on, kept back)."""
    trained, kept = [], []
    with gzip.open(os.path.join(folder, "passwords-top", "passwords-dev.tsv.gz"), "rt", encoding="utf-8", newline="\n") as f:
        for line in f:
            rank, count, password = line.rstrip("\n").split("\t", 2)
            if not 1 <= len(password) < CONTEXT:
                continue
            (kept if kept_back(int(rank), password) else trained).append((password, int(count), int(rank)))
    return trained, kept


def to_array(passwords, length):
    """One row a password: its characters and the closing mark, then padding."""
    rows = np.zeros((len(passwords), length), np.int32)
    for i, password in enumerate(passwords):
        ids = encode(password) + [EDGE]
        rows[i, : len(ids)] = ids
    return rows


def initial(key):
    keys = iter(jax.random.split(key, 4 + 4 * LAYERS))

    def normal(*shape, scale=0.02):
        return scale * jax.random.normal(next(keys), shape)

    narrow = 0.02 / np.sqrt(2 * LAYERS)
    layers = [
        {
            "norm1": jnp.ones(WIDTH),
            "qkv": normal(WIDTH, 3 * WIDTH),
            "out": normal(WIDTH, WIDTH, scale=narrow),
            "norm2": jnp.ones(WIDTH),
            "up": normal(WIDTH, 4 * WIDTH),
            "down": normal(4 * WIDTH, WIDTH, scale=narrow),
        }
        for _ in range(LAYERS)
    ]
    return {
        "token": normal(VOCABULARY, WIDTH),
        "place": normal(CONTEXT, WIDTH),
        "layers": layers,
        "norm": jnp.ones(WIDTH),
        "head": normal(WIDTH, VOCABULARY),
    }


def rms(x, gain):
    return x * jax.lax.rsqrt(jnp.mean(x * x, axis=-1, keepdims=True) + 1e-6) * gain


def logits(params, before):
    """`before`: (rows, length), what stands before each place. Answers (rows, length, VOCABULARY)."""
    rows, length = before.shape
    x = params["token"][before] + params["place"][:length]
    mask = jnp.where(jnp.tril(jnp.ones((length, length), bool)), 0.0, -1e9)
    for layer in params["layers"]:
        h = rms(x, layer["norm1"]) @ layer["qkv"]
        q, k, v = (part.reshape(rows, length, HEADS, -1).transpose(0, 2, 1, 3) for part in jnp.split(h, 3, axis=-1))
        scores = q @ k.transpose(0, 1, 3, 2) / np.sqrt(WIDTH // HEADS) + mask
        mixed = (jax.nn.softmax(scores) @ v).transpose(0, 2, 1, 3).reshape(rows, length, WIDTH)
        x = x + mixed @ layer["out"]
        x = x + jax.nn.gelu(rms(x, layer["norm2"]) @ layer["up"]) @ layer["down"]
    return rms(x, params["norm"]) @ params["head"]


def bits(params, rows):
    """Bits each password takes, its end included."""
    before = jnp.concatenate([jnp.full((rows.shape[0], 1), EDGE), rows[:, :-1]], axis=1)
    log_chances = jax.nn.log_softmax(logits(params, before))
    each = jnp.take_along_axis(log_chances, rows[..., None], axis=-1)[..., 0]
    return -jnp.sum(jnp.where(rows == PAD, 0.0, each), axis=1) / np.log(2)


def loss(params, rows):
    return jnp.sum(bits(params, rows)) / jnp.sum(rows != PAD)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("data")
    arguments.add_argument("out")
    arguments.add_argument("--steps", type=int, default=3000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    os.makedirs(options.out, exist_ok=True)

    trained, kept = read(options.data)
    random = np.random.default_rng(options.seed)
    groups = []
    for shortest, length in zip((0, *LENGTHS[:-1]), LENGTHS):
        inside = [row for row in trained if shortest <= len(row[0]) < length]
        chances = np.array([count for _, count, _ in inside], np.float64) ** COUNT_POWER
        groups.append((to_array([row[0] for row in inside], length), np.cumsum(chances)))
    # A group is chosen by how many tokens of the whole it stands for, since its batches hold equally many.
    shares = np.array([np.sum(np.diff(sums, prepend=0)) * rows.shape[1] for rows, sums in groups])
    shares /= shares.sum()
    looked_at = {
        "kept back": to_array([row[0] for row in kept[:4096]], CONTEXT),
        "trained on": to_array([trained[i][0] for i in random.integers(len(trained), size=4096)], CONTEXT),
    }

    params = initial(jax.random.PRNGKey(options.seed))
    size = sum(x.size for x in jax.tree_util.tree_leaves(params))
    print(f"{len(trained)} trained on, {len(kept)} kept back, {size} parameters", flush=True)
    optimizer = optax.inject_hyperparams(
        lambda learning_rate: optax.chain(
            optax.clip_by_global_norm(1.0), optax.adamw(learning_rate, b2=0.98, weight_decay=0.01)
        )
    )(LEARNING_RATE)
    state = optimizer.init(params)

    @jax.jit
    def step(params, state, rows):
        value, grads = jax.value_and_grad(loss)(params, rows)
        updates, state = optimizer.update(grads, state, params)
        return optax.apply_updates(params, updates), state, value

    measure = jax.jit(bits)
    started = time.time()
    seen = 0
    with open(os.path.join(options.out, "curve.tsv"), "w") as curve:
        for steps in range(1, options.steps + 1):
            # Up for 100 steps, then down along a cosine to a fiftieth.
            part = steps / options.steps
            rate = LEARNING_RATE * min(1, steps / 100) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * part)))
            state.hyperparams["learning_rate"] = jnp.asarray(rate, jnp.float32)
            rows, sums = groups[random.choice(len(groups), p=shares)]
            batch = BATCH_TOKENS // rows.shape[1]
            chosen = np.searchsorted(sums, random.random(batch) * sums[-1])
            params, state, value = step(params, state, rows[chosen])
            seen += batch
            if steps % 100 == 0 or steps == options.steps:
                figures = {
                    name: np.mean([np.asarray(measure(params, rows[i : i + 256])).mean() for i in range(0, len(rows), 256)])
                    for name, rows in looked_at.items()
                }
                line = "\t".join(
                    [f"{(time.time() - started) / 60:.1f}", str(steps), str(seen)] + [f"{x:.3f}" for x in figures.values()]
                )
                print(line, flush=True)
                curve.write(line + "\n")
                curve.flush()
                save(params, options.out)


def save(params, folder):
    leaves, _ = jax.tree_util.tree_flatten_with_path(params)
    path = os.path.join(folder, "weights.npz")
    np.savez(path + ".new.npz", **{jax.tree_util.keystr(name): np.asarray(leaf) for name, leaf in leaves})
    os.replace(path + ".new.npz", path)


if __name__ == "__main__":
    main()
