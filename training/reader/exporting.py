"""Writes a trained reader as an ONNX graph with 8-bit weights.

One mail at a time, no padding: `input_ids` [1, T] gives `slots` and `spans` [1, T, 6], `route`
[1, 6] and `urgent` [1, 1], all logits. Only plain operators are used. Weights keep seven of their
eight bits, because processors without dot-product instructions saturate on the eighth.
"""

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

from .encoding import MOST_TOKENS
from .network import HEADS, LAYERS, WIDTH

LARGEST = 63
OPSET = 17


class Graph:
    """Nodes and constants under way to a model."""

    def __init__(self, state):
        self.state = {name: tensor.float().numpy() for name, tensor in state.items()}
        self.nodes, self.constants, self.count = [], {}, 0

    def constant(self, name, array):
        self.constants.setdefault(
            name, numpy_helper.from_array(numpy.asarray(array, order="C"), name)
        )
        return name

    def node(self, kind, *inputs, outputs=1, **attributes):
        """Adds an operator; gives the name of its output, or a list of several."""
        self.count += 1
        names = [f"{kind}_{self.count}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, names[0], **attributes))
        return names[0] if outputs == 1 else names

    def floats(self, name):
        return self.constant(name, self.state[name])

    def integers(self, *values):
        return self.constant("ints" + "_".join(map(str, values)), numpy.array(values, numpy.int64))

    def norm(self, x, name):
        scale, bias = self.floats(f"{name}.weight"), self.floats(f"{name}.bias")
        return self.node("LayerNormalization", x, scale, bias, axis=-1, epsilon=1e-12)

    def quantised(self, x):
        return self.node("DynamicQuantizeLinear", x, outputs=3)

    def linear(self, quantised, name, weight, bias):
        """A linear layer over quantised input; `weight` is [out, in] as PyTorch has it."""
        values, scale, zero = quantised
        whole, scales = eight_bits(weight)
        no_shift = self.constant("no_shift", numpy.zeros((), numpy.int8))
        product = self.node(
            "MatMulInteger", values, self.constant(f"{name}.i8", whole.T), zero, no_shift
        )
        factor = self.node("Mul", scale, self.constant(f"{name}.scale", scales))
        result = self.node("Mul", self.node("Cast", product, to=TensorProto.FLOAT), factor)
        return self.node("Add", result, self.constant(f"{name}.bias", bias))

    def exact_linear(self, x, name, weight, bias):
        """As `linear`, but only the weights are rounded, to all eight bits."""
        whole, scales = eight_bits(weight, largest=127)
        floats = self.node("Cast", self.constant(f"{name}.i8", whole.T), to=TensorProto.FLOAT)
        floats = self.node("Mul", floats, self.constant(f"{name}.scale", scales))
        product = self.node("MatMul", x, floats)
        return self.node("Add", product, self.constant(f"{name}.bias", bias))

    def head(self, x, name):
        weight = self.constant(f"{name}.w", self.state[f"{name}.weight"].T)
        return self.node("Add", self.node("MatMul", x, weight), self.floats(f"{name}.bias"))


def eight_bits(weight, largest=LARGEST):
    """Whole numbers and one scale a row."""
    scales = numpy.maximum(numpy.abs(weight).max(axis=1), 1e-8) / largest
    return numpy.round(weight / scales[:, None]).astype(numpy.int8), scales.astype(numpy.float32)


def onnx_model(reader):
    """The whole graph."""
    graph = Graph(reader.state_dict())
    x = graph.norm(_embedded(graph), "norm")
    for number in range(LAYERS):
        x = _layer(graph, x, f"layers.{number}.")
    whole = graph.node("ReduceMean", x, axes=[1], keepdims=0)
    results = {
        "slots": (graph.head(x, "slots"), [1, "tokens", 6]),
        "spans": (graph.head(x, "spans"), [1, "tokens", 6]),
        "route": (graph.head(whole, "route"), [1, 6]),
        "urgent": (graph.head(whole, "urgent"), [1, 1]),
    }
    for name, (result, _) in results.items():
        graph.nodes.append(helper.make_node("Identity", [result], [name], name))
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "reader",
            [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
                for name, (_, shape) in results.items()
            ],
            list(graph.constants.values()),
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=8,
    )
    onnx.checker.check_model(model)
    return model


def _embedded(graph):
    whole, scales = eight_bits(graph.state["words.weight"], largest=127)
    words = graph.node("Gather", graph.constant("words.i8", whole), "input_ids")
    scale = graph.node("Gather", graph.constant("words.scale", scales[:, None]), "input_ids")
    words = graph.node("Mul", graph.node("Cast", words, to=TensorProto.FLOAT), scale)
    first, zero = graph.integers(1), graph.integers(0)
    length = graph.node("Slice", graph.node("Shape", "input_ids"), first, graph.integers(2), zero)
    places = graph.constant("places", graph.state["places.weight"][:MOST_TOKENS])
    return graph.node("Add", words, graph.node("Slice", places, zero, length, zero))


def _layer(graph, x, name):
    state = graph.state
    quantised = graph.quantised(x)
    weights = numpy.split(state[f"{name}qkv.weight"], 3)
    biases = numpy.split(state[f"{name}qkv.bias"], 3)
    # The attention's division by the root of the width is part of the query's weights.
    factors = ((WIDTH // HEADS) ** -0.5, 1, 1)
    shape = graph.integers(0, 0, HEADS, WIDTH // HEADS)
    orders = ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3])
    parts = []
    for part, weight, bias, factor, order in zip(
        "qkv", weights, biases, factors, orders, strict=True
    ):
        flat = graph.linear(
            quantised, f"{name}{part}", weight * factor, bias * numpy.float32(factor)
        )
        parts.append(graph.node("Transpose", graph.node("Reshape", flat, shape), perm=order))
    q, k, v = parts
    near = graph.node("Softmax", graph.node("MatMul", q, k), axis=-1)
    mixed = graph.node("Transpose", graph.node("MatMul", near, v), perm=[0, 2, 1, 3])
    mixed = graph.quantised(graph.node("Reshape", mixed, graph.integers(0, 0, WIDTH)))
    out = graph.linear(mixed, f"{name}out", state[f"{name}out.weight"], state[f"{name}out.bias"])
    x = graph.norm(graph.node("Add", x, out), f"{name}norm_attention")
    wide = graph.linear(
        graph.quantised(x), f"{name}widen", state[f"{name}widen.weight"], state[f"{name}widen.bias"]
    )
    # What comes out of the gelu has rare large values, beside which eight bits lose all others.
    narrow = graph.exact_linear(
        _gelu(graph, wide),
        f"{name}narrow",
        state[f"{name}narrow.weight"],
        state[f"{name}narrow.bias"],
    )
    return graph.norm(graph.node("Add", x, narrow), f"{name}norm_inner")


def _gelu(graph, x):
    root = graph.constant("root_of_2", numpy.array(2**0.5, numpy.float32))
    one = graph.constant("one", numpy.array(1, numpy.float32))
    half = graph.constant("half", numpy.array(0.5, numpy.float32))
    error = graph.node("Erf", graph.node("Div", x, root))
    return graph.node("Mul", graph.node("Mul", x, graph.node("Add", error, one)), half)
