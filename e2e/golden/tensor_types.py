"""Blocks of GGUF tensor types by seed, and the values that the package gguf reads in them: tensor-types.json.

python e2e/golden/tensor_types.py > e2e/golden/tensor-types.json
"""

import base64
import json
from importlib.metadata import version

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, dequantize

SEED = 20261126

# Where in a block a half-precision scale lies, and about how large it is in a model; a minimum as a multiple of the scale before it,
# so that weights lie around zero. All other bytes are random. Q1_0 and Q2_0 are not here: gguf 0.19 does not read them.
SCALES = {
    "Q4_0": [(0, 0.01)],
    "Q4_1": [(0, 0.01), (2, -7.5)],
    "Q5_0": [(0, 0.005)],
    "Q5_1": [(0, 0.005), (2, -15.5)],
    "Q8_0": [(0, 0.0005)],
    "Q2_K": [(80, 0.004), (82, 1.5)],
    "Q3_K": [(108, 0.001)],
    "Q4_K": [(0, 0.0003), (2, 7.5)],
    "Q5_K": [(0, 0.00015), (2, 15.5)],
    "Q6_K": [(208, 0.00004)],
    "IQ4_NL": [(0, 0.0005)],
    "IQ4_XS": [(0, 0.00002)],
    "MXFP4": [],
}
# As scales of the first blocks: none, the smallest, the largest subnormal, the smallest normal, one of eleven bits, and negatives.
EDGES = np.array([0, 2**-24, -(2**-24), 1023 * 2**-24, 2**-14, -(2**-14), 2047 * 2**-24, -2047 * 2**-24], "<f2")


def blocks(rng: np.random.Generator, name: str) -> np.ndarray:
    """uint8 [blocks, bytes]: 1,024 values of blocks of 32, 4,096 of those of 256."""
    size, length = GGML_QUANT_SIZES[GGMLQuantizationType[name]]
    count = {32: 32, 256: 16}[size]
    data = rng.integers(0, 256, (count, length), np.uint8)
    scale = None
    for at, magnitude in SCALES[name]:
        near = rng.uniform(0.7, 1.4, count)
        if scale is None:
            scale = (magnitude * near).astype("<f2")
            scale[: len(EDGES)] = EDGES
            values = scale
        else:
            values = (magnitude * near * scale.astype(np.float64)).astype("<f2")
        data[:, at : at + 2] = values.view(np.uint8).reshape(-1, 2)
    if name == "MXFP4":
        data[:, 0] = rng.integers(118, 124, count)
        data[:4, 0] = (0, 1, 2, 110)
    return data


def floats(rng: np.random.Generator, name: str) -> np.ndarray:
    """uint8 [1, bytes] of 1,024 weights as a model has them, and some that are smaller than half precision is exact."""
    values = rng.normal(0, 0.02, 1024).astype("<f4")
    values[:8] = (0, -0.0, 2**-14, -(2**-16), 1.5 * 2**-17, 1.9 * 2**-20, 2**-25, -(2**-40))
    if name == "F32":
        return values.view(np.uint8)[None]
    if name == "F16":
        return values.astype("<f2").view(np.uint8)[None]
    return (values.view("<u4") >> 16).astype("<u2").view(np.uint8)[None]


def values() -> dict:
    rng = np.random.default_rng(SEED)
    types = []
    for name in ["F32", "F16", "BF16", *SCALES]:
        data = blocks(rng, name) if name in SCALES else floats(rng, name)
        read = dequantize(data, GGMLQuantizationType[name]).astype("<f4")
        texts = {key: base64.b64encode(array.tobytes()).decode() for key, array in (("blocks", data), ("values", read))}
        types.append({"name": name, "number": int(GGMLQuantizationType[name]), **texts})
    return {"made_with": {"gguf": version("gguf"), "numpy": np.__version__}, "seed": SEED, "types": types}


if __name__ == "__main__":
    print(json.dumps(values(), indent=1))
