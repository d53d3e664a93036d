"""Writes the trained model as ONNX, with weights of eight bits and a scale a column.

    python export.py WEIGHTS_NPZ MODEL_ONNX

Input `input_ids`: (passwords, length + 2), int64: the edge mark, the characters, the edge mark again; padding behind
it. Output `bits`: (passwords, length + 1): how surprising each next character is to who has read those before it, in bits.
"""

import sys

import jax
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import train


class Graph:
    def __init__(self):
        self.nodes, self.weights = [], []

    def add(self, kind, *inputs, **attributes):
        name = f"{kind}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(self, value, name=None):
        name = name or f"c{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def ints(self, *values):
        return self.constant(np.array(values, np.int64))

    def matrix(self, value):
        """Eight bits in the file; made wide once, when the file is loaded."""
        scale = np.maximum(np.abs(value).max(axis=0), 1e-8).astype(np.float32) / 127
        narrow = np.clip(np.round(value / scale), -127, 127).astype(np.int8)
        wide = self.add("Cast", self.constant(narrow), to=TensorProto.FLOAT)
        return self.add("Mul", wide, self.constant(scale))

    def rms(self, x, gain):
        square = self.add("ReduceMean", self.add("Mul", x, x), self.ints(-1), keepdims=1)
        root = self.add("Sqrt", self.add("Add", square, self.constant(np.float32(1e-6))))
        return self.add("Mul", self.add("Div", x, root), self.constant(gain))

    def gelu(self, x):
        """The approximation by tanh, as it was trained."""
        cube = self.add("Mul", self.add("Mul", x, x), x)
        inner = self.add("Add", x, self.add("Mul", cube, self.constant(np.float32(0.044715))))
        inner = self.add("Mul", inner, self.constant(np.float32(np.sqrt(2 / np.pi))))
        half = self.add("Mul", x, self.constant(np.float32(0.5)))
        return self.add("Mul", half, self.add("Add", self.add("Tanh", inner), self.constant(np.float32(1))))


def build(params):
    g = Graph()
    ids = "input_ids"
    last, one, zero, axis = g.ints(-1), g.ints(1), g.ints(0), g.ints(1)
    before = g.add("Slice", ids, zero, last, axis)
    after = g.add("Slice", ids, one, g.ints(np.iinfo(np.int64).max), axis)
    length = g.add("Slice", g.add("Shape", before), one, g.ints(2), zero)
    x = g.add("Gather", g.matrix(params["token"]), before)
    x = g.add("Add", x, g.add("Slice", g.matrix(params["place"]), zero, length, zero))
    n = train.CONTEXT
    mask = g.constant(np.where(np.tril(np.ones((n, n), bool)), 0, -1e9).astype(np.float32))
    mask = g.add("Slice", mask, g.ints(0, 0), g.add("Concat", length, length, axis=0), g.ints(0, 1))
    heads = g.ints(0, 0, train.HEADS, train.WIDTH // train.HEADS)
    scale = g.constant(np.float32(1 / np.sqrt(train.WIDTH // train.HEADS)))
    for layer in params["layers"]:
        h = g.rms(x, layer["norm1"])
        # Whose scale is folded into the weights costs nothing later.
        q, k, v = (
            g.add("Reshape", g.add("MatMul", h, g.matrix(part)), heads) for part in np.split(layer["qkv"], 3, axis=1)
        )
        scores = g.add("MatMul", g.add("Transpose", q, perm=[0, 2, 1, 3]), g.add("Transpose", k, perm=[0, 2, 3, 1]))
        scores = g.add("Softmax", g.add("Add", g.add("Mul", scores, scale), mask), axis=-1)
        mixed = g.add("Transpose", g.add("MatMul", scores, g.add("Transpose", v, perm=[0, 2, 1, 3])), perm=[0, 2, 1, 3])
        mixed = g.add("Reshape", mixed, g.ints(0, 0, train.WIDTH))
        x = g.add("Add", x, g.add("MatMul", mixed, g.matrix(layer["out"])))
        up = g.gelu(g.add("MatMul", g.rms(x, layer["norm2"]), g.matrix(layer["up"])))
        x = g.add("Add", x, g.add("MatMul", up, g.matrix(layer["down"])))
    chances = g.add("LogSoftmax", g.add("MatMul", g.rms(x, params["norm"]), g.matrix(params["head"])), axis=-1)
    each = g.add("GatherElements", chances, g.add("Unsqueeze", after, last), axis=-1)
    surprise = g.add("Mul", g.add("Squeeze", each, last), g.constant(np.float32(-1 / np.log(2))))
    shown = g.add("Cast", g.add("Greater", after, g.constant(np.int64(train.PAD))), to=TensorProto.FLOAT)
    g.nodes.append(helper.make_node("Mul", [surprise, shown], ["bits"]))
    graph = helper.make_graph(
        g.nodes,
        "guess_model",
        [helper.make_tensor_value_info(ids, TensorProto.INT64, ["passwords", "marks"])],
        [helper.make_tensor_value_info("bits", TensorProto.FLOAT, ["passwords", "places"])],
        g.weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], producer_name="flow-shield")
    model.ir_version = 9
    onnx.checker.check_model(model)
    return model


def read_weights(path):
    """The tree that `train.save` wrote."""
    saved = np.load(path)
    shape = jax.eval_shape(train.initial, jax.random.PRNGKey(0))
    leaves, tree = jax.tree_util.tree_flatten_with_path(shape)
    return jax.tree_util.tree_unflatten(tree, [saved[jax.tree_util.keystr(name)] for name, _ in leaves])


if __name__ == "__main__":
    weights, target = sys.argv[1:]
    onnx.save(build(read_weights(weights)), target)
