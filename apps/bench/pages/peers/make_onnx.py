"""Makes the ONNX file that transformers.js is measured with from the GGUF that Longread reads: the same weights as int4, block 32.

Usage: make_onnx.py MODEL.gguf FOLDER. Writes FOLDER/config.json and FOLDER/onnx/model.onnx.

The graph is what ONNX Runtime's own model builder makes for WebGPU: MatMulNBits, GroupQueryAttention with rotary inside, f32
activations, query, key and value in one product. In the peer's favour: the LM head is int4 too (int8 in the GGUF) and runs for the
last token only. Zero points are whole steps, where Q4_1 has a minimum of its own: at most half a step beside it.
"""

import json
import sys
from pathlib import Path

import numpy as np
from gguf import GGUFReader, dequantize
from onnx import TensorProto, helper, numpy_helper, save

BLOCK = 32
MICROSOFT = "com.microsoft"


class Source:
    """Tensors and settings of a llama GGUF."""

    def __init__(self, path):
        reader = GGUFReader(path)
        self.tensors = {tensor.name: tensor for tensor in reader.tensors}
        field = lambda name: reader.fields[f"llama.{name}"].contents()
        self.layers = field("block_count")
        self.hidden = field("embedding_length")
        self.intermediate = field("feed_forward_length")
        self.heads = field("attention.head_count")
        self.kv_heads = field("attention.head_count_kv")
        self.window = field("context_length")
        self.theta = field("rope.freq_base")
        self.eps = field("attention.layer_norm_rms_epsilon")
        self.head_dim = self.hidden // self.heads
        self.eos = reader.fields["tokenizer.ggml.eos_token_id"].contents()

    def read(self, name):
        tensor = self.tensors[name]
        return np.asarray(dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)

    def unpermuted(self, name, heads):
        """GGUF pairs neighbouring rows for rotary; ONNX Runtime pairs the halves of a head."""
        weights = self.read(name)
        return weights.reshape(heads, self.head_dim // 2, 2, -1).swapaxes(1, 2).reshape(weights.shape)


def quantize(weights):
    """[rows, columns] -> packed nibbles, scales and packed zero points of MatMulNBits."""
    rows, columns = weights.shape
    blocks = weights.reshape(rows, columns // BLOCK, BLOCK)
    low = np.minimum(blocks.min(axis=2), 0)
    high = np.maximum(blocks.max(axis=2), 0)
    scales = np.where(high > low, (high - low) / 15, 1).astype(np.float32)
    zeros = np.clip(np.rint(-low / scales), 0, 15).astype(np.uint8)
    quants = np.clip(np.rint(blocks / scales[..., None]) + zeros[..., None], 0, 15).astype(np.uint8)
    packed = quants[..., 0::2] | (quants[..., 1::2] << 4)
    if zeros.shape[1] % 2:
        zeros = np.pad(zeros, ((0, 0), (0, 1)))
    return packed, scales, zeros[:, 0::2] | (zeros[:, 1::2] << 4)


class Graph:
    def __init__(self):
        self.nodes = []
        self.initializers = []

    def constant(self, name, values):
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, op, inputs, outputs, domain="", **attributes):
        outputs = [outputs] if isinstance(outputs, str) else outputs
        self.nodes.append(helper.make_node(op, inputs, outputs, name=outputs[0], domain=domain, **attributes))
        return outputs[0]

    def product(self, name, x, weights):
        packed, scales, zeros = quantize(weights)
        inputs = [
            x,
            self.constant(f"{name}.quants", packed),
            self.constant(f"{name}.scales", scales),
            self.constant(f"{name}.zeros", zeros),
        ]
        rows, columns = weights.shape
        attributes = {"N": rows, "K": columns, "bits": 4, "block_size": BLOCK, "accuracy_level": 0}
        return self.node("MatMulNBits", inputs, name, MICROSOFT, **attributes)

    def norm(self, name, x, weights, eps, skip=None):
        """Normalised x, and x + skip when there is a residual to add first."""
        gamma = self.constant(f"{name}.weight", weights)
        if skip is None:
            return self.node("SimplifiedLayerNormalization", [x, gamma], name, axis=-1, epsilon=eps), x
        total = f"{name}.sum"
        self.node(
            "SkipSimplifiedLayerNormalization", [x, skip, gamma], [name, "", "", total], MICROSOFT, epsilon=eps
        )
        return name, total


def lengths(graph):
    """What GroupQueryAttention wants to know of the attention mask."""
    one = graph.constant("one", np.array([1], dtype=np.int64))
    total = graph.node("ReduceSum", ["attention_mask", one], "mask.sum", keepdims=0)
    last = graph.node("Sub", [total, one], "mask.last")
    shape = graph.node("Shape", ["attention_mask"], "mask.shape")
    width = graph.node("Gather", [shape, graph.constant("width.axis", np.array(1, dtype=np.int64))], "mask.width")
    return (
        graph.node("Cast", [last], "seqlens_k", to=TensorProto.INT32),
        graph.node("Cast", [width], "total_sequence_length", to=TensorProto.INT32),
    )


def rotary(graph, source):
    half = source.head_dim // 2
    frequencies = source.theta ** (-np.arange(half) / half)
    angles = np.arange(source.window)[:, None] * frequencies
    return (
        graph.constant("cos", np.cos(angles).astype(np.float32)),
        graph.constant("sin", np.sin(angles).astype(np.float32)),
    )


def layer(graph, source, index, normed, residual, shared):
    """One transformer layer; returns its MLP's output and the residual that is still to be added to it."""
    name = f"blk.{index}"
    qkv = np.concatenate([
        source.unpermuted(f"{name}.attn_q.weight", source.heads),
        source.unpermuted(f"{name}.attn_k.weight", source.kv_heads),
        source.read(f"{name}.attn_v.weight"),
    ])
    past = [f"past_key_values.{index}.{part}" for part in ("key", "value")]
    present = [f"present.{index}.{part}" for part in ("key", "value")]
    attended = graph.node(
        "GroupQueryAttention",
        [graph.product(f"{name}.qkv", normed, qkv), "", "", *past, *shared],
        [f"{name}.attention", *present],
        MICROSOFT,
        num_heads=source.heads,
        kv_num_heads=source.kv_heads,
        do_rotary=1,
    )
    projected = graph.product(f"{name}.o", attended, source.read(f"{name}.attn_output.weight"))
    weights = source.read(f"{name}.ffn_norm.weight")
    normed, residual = graph.norm(f"{name}.ffn_norm", residual, weights, source.eps, projected)
    gate = graph.product(f"{name}.gate", normed, source.read(f"{name}.ffn_gate.weight"))
    up = graph.product(f"{name}.up", normed, source.read(f"{name}.ffn_up.weight"))
    sigmoid = graph.node("Sigmoid", [gate], f"{name}.sigmoid")
    gated = graph.node("Mul", [graph.node("Mul", [gate, sigmoid], f"{name}.silu"), up], f"{name}.gated")
    return graph.product(f"{name}.down", gated, source.read(f"{name}.ffn_down.weight")), residual


def build(source):
    graph = Graph()
    table = source.read("token_embd.weight")
    shared = (*lengths(graph), *rotary(graph, source))
    residual = graph.node("Gather", [graph.constant("embedding", table), "input_ids"], "embedded")
    added = None
    for index in range(source.layers):
        weights = source.read(f"blk.{index}.attn_norm.weight")
        normed, residual = graph.norm(f"blk.{index}.attn_norm", residual, weights, source.eps, added)
        added, residual = layer(graph, source, index, normed, residual, shared)
    normed, _ = graph.norm("output_norm", residual, source.read("output_norm.weight"), source.eps, added)
    last = graph.constant("last", np.array([-1], dtype=np.int64))
    end = graph.constant("end", np.array([np.iinfo(np.int64).max], dtype=np.int64))
    axis = graph.constant("sequence.axis", np.array([1], dtype=np.int64))
    row = graph.node("Slice", [normed, last, end, axis], "last_row")
    head = source.read("output.weight") if "output.weight" in source.tensors else table
    graph.node("Identity", [graph.product("lm_head", row, head)], "logits")
    return graph, head.shape[0]


def model(source):
    graph, vocabulary = build(source)
    # transformers.js makes the empty cache from the inputs' shapes: batch_size is the one name it knows, any other is 0.
    ids = lambda name, width: helper.make_tensor_value_info(name, TensorProto.INT64, ["batch_size", width])
    values = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    cache = lambda kind, width: [
        values(f"{kind}.{index}.{part}", ["batch_size", source.kv_heads, width, source.head_dim])
        for index in range(source.layers)
        for part in ("key", "value")
    ]
    inputs = [ids("input_ids", "new"), ids("attention_mask", "total"), *cache("past_key_values", "past")]
    outputs = [values("logits", ["batch_size", 1, vocabulary]), *cache("present", "total")]
    made = helper.make_graph(graph.nodes, "llama", inputs, outputs, graph.initializers)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=10), vocabulary


def main(gguf, folder):
    source = Source(gguf)
    made, vocabulary = model(source)
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    save(made, folder / "onnx" / "model.onnx")
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": source.hidden,
        "intermediate_size": source.intermediate,
        "num_hidden_layers": source.layers,
        "num_attention_heads": source.heads,
        "num_key_value_heads": source.kv_heads,
        "head_dim": source.head_dim,
        "max_position_embeddings": source.window,
        "vocab_size": vocabulary,
        "eos_token_id": source.eos,
    }
    # Last: a folder with a config is a whole one.
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
