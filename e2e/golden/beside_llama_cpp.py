"""What llama.cpp makes of model files: digests of the ids of random texts (strings.py), and what it goes on with after ten prompts,
greedily, with the distance of the two highest logits at each token; or checks llama-cpp.json.

python e2e/golden/beside_llama_cpp.py FILE...            compute again and compare with llama-cpp.json
python e2e/golden/beside_llama_cpp.py --write FILE...    write it; files that are not named stay in it as they are
python e2e/golden/beside_llama_cpp.py --show 17 FILE     texts of a block with their ids, one a line, to see which differ

Needs llama-cpp-python==0.3.36 and no other package of requirements.txt. Files without weights, as llama.cpp has them for its own tests
(models/ggml-vocab-*.gguf of its sources, which the package's source distribution brings), give digests alone.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import llama_cpp
import numpy as np

from strings import BLOCK, described, digests, random_texts

FILE = Path(__file__).parent / "llama-cpp.json"
VERSION = "0.3.36"
NUM_TOKENS = 24
# Of a golden value and one computed again on another processor.
LIMIT = 0.05
PROMPTS = [
    "One, two, three, four, five,",
    "Monday, Tuesday, Wednesday,",
    "The capital of France is Paris. The capital of Italy is Rome. The capital of Germany is",
    "Call me Ishmael. Some years ago, never mind how long precisely, having little or no money in my purse,",
    "Question: What colour is the sky on a clear day?\nAnswer:",
    "def add(a, b):\n    return a + b\n\ndef subtract(a, b):\n    return",
    "a b c d e f g h",
    "To be, or not to be, that is",
    "The opposite of hot is cold. The opposite of big is small. The opposite of up is",
    "<ul>\n<li>Apples</li>\n<li>Pears</li>\n",
]


def describe(path: Path) -> tuple[dict, list[list[int]]]:
    """What the file holds of a model file, and the ids of all texts."""
    sha256 = hashlib.file_digest(path.open("rb"), "sha256").hexdigest()
    only_words = path.name.startswith("ggml-vocab-")
    model = llama_cpp.Llama(str(path), vocab_only=only_words, n_ctx=256, n_threads=1, logits_all=False, seed=0, verbose=False)
    all_ids = [model.tokenize(text.encode(), add_bos=False, special=False) for text in random_texts()]
    described_by = {"name": path.name, "sha256": sha256, "digests": digests(all_ids)}
    if not only_words:
        described_by["greedy"] = [go_on(model, prompt) for prompt in PROMPTS]
    return described_by, all_ids


def go_on(model: llama_cpp.Llama, prompt: str) -> dict:
    """One token at a time, each from the logits of a single pass."""
    ids = model.tokenize(prompt.encode(), special=False)
    model.reset()
    model.eval(ids)
    tokens, margins = [], []
    for _ in range(NUM_TOKENS):
        logits = np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(model.ctx, -1), shape=(model.n_vocab(),))
        second, first = np.sort(logits)[-2:]
        tokens.append(int(logits.argmax()))
        margins.append(round(float(first - second), 3))
        model.eval(tokens[-1:])
    return {"prompt": prompt, "ids": ids, "tokens": tokens, "margins": margins}


def is_like(computed: dict, kept: dict) -> bool:
    """Up to the first choice that rounding may change."""
    if {**computed, "greedy": []} != {**kept, "greedy": []}:
        return False
    for a, b in zip(computed.get("greedy", []), kept.get("greedy", []), strict=True):
        close = next((i for i, margin in enumerate(b["margins"]) if margin < LIMIT), NUM_TOKENS)
        far = max((abs(x - y) for x, y in zip(a["margins"][:close], b["margins"][:close])), default=0)
        if a["ids"] != b["ids"] or a["tokens"][:close] != b["tokens"][:close] or far > LIMIT:
            return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--show", type=int, metavar="BLOCK")
    args = parser.parse_args()
    assert llama_cpp.__version__ == VERSION, f"llama-cpp-python is {llama_cpp.__version__}, not {VERSION}"
    kept = json.loads(FILE.read_text()) if FILE.exists() else {"files": []}
    files = {each["name"]: each for each in kept["files"]}
    failed = False
    for path in args.files:
        computed, all_ids = describe(path)
        if args.show is not None:
            start = args.show * BLOCK
            for text, ids in zip(random_texts()[start : start + BLOCK], all_ids[start:]):
                print(json.dumps([text, ids], ensure_ascii=False))
        elif args.write:
            files[path.name] = computed
        else:
            same = path.name in files and is_like(computed, files[path.name])
            failed |= not same
            print(f"{path.name}: {'equal' if same else 'DIFFERS'}", flush=True)
    if args.write:
        values = {"versions": {"llama-cpp-python": VERSION}, "texts": described(), "files": list(files.values())}
        FILE.write_text(json.dumps(values) + "\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
