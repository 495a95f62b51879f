"""Makes the golden values of this folder, or checks a folder of them. README.md says what each value is.

python e2e/golden/generate.py                    check this folder's values
python e2e/golden/generate.py --check FOLDER     check another folder's
python e2e/golden/generate.py --write FOLDER     write what is computed
"""

import argparse
import hashlib
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from gguf import GGUFReader

from compare import differences
from llama import Llama, Pass, check
from reform import Reading, as_stored, gather, late, score, select, whole_windows
from tensor_types import values as tensor_types
from tokenizer import GoldenTokenizer

HERE = Path(__file__).parent
MODEL_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
MODEL = Path.home() / ".cache/longread/models/SmolLM2-135M-Instruct.Q4_1.gguf"
CALIBRATION = HERE / "../../packages/planner/src/calibrations/smollm2-135m-instruct-q4_1.json"
# defaultGather of the product (packages/planner/src/gather-settings.ts); a test holds the two together.
PRODUCT_GATHER = {
    "gatherSize": 1024,
    "smoothWindow": 33,
    "keepEnds": 64,
    "scoring": "standardised",
    "hops": 2,
    "peaks": 3,
    "peakSpan": 12,
}


def rounded(values) -> list[float]:
    return [round(float(value), 6) for value in values]


def tokenizer_values(tokenizer: GoldenTokenizer, inputs: dict) -> dict:
    texts = [{"text": t, "ids": tokenizer.template_ids(t), "ids_as_document": tokenizer.text_ids(t)} for t in inputs["tokenizer"]]
    chats = []
    for messages in inputs["chats"]:
        text = tokenizer.chat(messages)
        chats.append({"messages": messages, "text": text, "ids": tokenizer.template_ids(text)})
    return {"model_sha256": MODEL_SHA256, "tokenizer": texts, "chat": chats}


def forward_values(model: Llama, tokenizer: GoldenTokenizer, name: str, ids: list[int]):
    """The entry of forward.json, the logits of the last token, and what greedy.json has of the prompt."""
    prompt = Pass(model)
    after = prompt.run(ids)
    logits = model.logits(after[-1])
    nll = torch.nn.functional.cross_entropy(logits[:-1], torch.tensor(ids[1:]))
    last = logits[-1]
    top = last.topk(20)
    greedy, margins = [], []
    now = last
    while len(greedy) < 24:
        two = now.topk(2)
        margins.append(float(two.values[0] - two.values[1]))
        token = int(two.indices[0])
        if token in tokenizer.end_ids:
            break
        greedy.append(token)
        now = model.logits(prompt.run([token])[-1][-1])
    values = {
        "name": name,
        "ids": ids,
        "logits_last": f"logits-{name}.f32",
        "top20": [[int(i), round(float(v), 6)] for v, i in zip(*top)],
        "hidden_last_token_after_layer": {str(layer): rounded(after[layer][-1]) for layer in (0, 1, 10, 29)},
        "mean_nll": float(nll),
        "greedy": greedy,
        # The first token's margin is not among them: its logits are compared on their own.
        "greedy_margin_min": min(margins[1:]),
        "greedy_text": tokenizer.decode(greedy),
    }
    return values, last.numpy().astype("<f4"), {"margins": margins, "ended": len(margins) > len(greedy)}


def head_named(name: str) -> dict:
    layer, head = name[1:].split(".")
    return {"layer": int(layer), "type": head[0], "head": int(head[1:])}


LATE = {"smoothWindow": 33, "gatherSize": 384, "keepEnds": 16, "lateHeads": {"first": 1, "count": 1}}


def reform_values(model: Llama, document: list[int], question: list[int], settings: dict, pairs: list) -> tuple:
    """reform.json, stored.json, product.json and late.json, from one reading with the heads of both."""
    shipped = [head_named(name) for name in json.loads(CALIBRATION.read_text())["heads"]]
    assert max(head["layer"] for head in shipped) + 1 == settings["exitLayer"]
    heads = [*settings["heads"], *(head for head in shipped if head not in settings["heads"])]
    reading, after_chunk, embeddings = Reading(model, settings), [], []
    for start in range(0, len(document), settings["chunkSize"]):
        embeddings.append(reading.run(document[start : start + settings["chunkSize"]], heads))
        seen = {str(layer): reading.layers[layer] for layer in (0, 5, 9)}
        after_chunk.append(
            {
                "chunk": len(after_chunk),
                "kept": {layer: kept.tokens.tolist() for layer, kept in seen.items()},
                "score_sum": {layer: kept.sums.sum(1).tolist() for layer, kept in seen.items()},
            }
        )
    all_query, all_document = reading.run(question, heads, evict=False), np.concatenate(embeddings)
    together = np.concatenate([all_document, all_query])

    def of(wanted: list[dict]) -> tuple[np.ndarray, np.ndarray]:
        columns = [heads.index(head) for head in wanted]
        return all_query[:, columns], all_document[:, columns]

    def dots(wanted: list[dict]) -> list:
        columns = [heads.index(head) for head in wanted]
        return [[a, b, (together[a, columns] * together[b, columns]).sum(-1).tolist()] for a, b in pairs]

    query, exact = of(settings["heads"])
    cut = (settings["smoothWindow"], settings["keepEnds"], settings["gatherSize"])
    reform = {
        "settings": settings,
        "document_ids": document,
        "question_ids": question,
        "after_chunk": after_chunk,
        "embedding_dots": dots(settings["heads"]),
    }
    kinds = ("cosine", "standardised")
    scores = {kind: score(query, exact, kind) for kind in kinds}
    reform |= {f"{kind}_scores": rounded(scores[kind]) for kind in kinds}
    reform |= {f"selected_{kind}": select(scores[kind], *cut) for kind in kinds}
    stored = {f"selected_{kind}": select(score(query, as_stored(exact), kind), *cut) for kind in kinds}

    query, exact = of(shipped)
    product = {
        "settings": {**{k: settings[k] for k in ("chunkSize", "budget", "recent", "exitLayer")}, "heads": shipped}
        | PRODUCT_GATHER,
        "embedding_dots": dots(shipped),
    }
    for name, kept in (("exact", exact), ("stored", as_stored(exact))):
        hops = gather(query, kept, PRODUCT_GATHER).hops
        product[name] = [{**hop, "scores": rounded(hop["scores"])} for hop in hops]
    late_values: dict = {"settings": LATE}
    for name, kept in (("exact", exact), ("stored", as_stored(exact))):
        some = slice(LATE["lateHeads"]["first"], LATE["lateHeads"]["first"] + LATE["lateHeads"]["count"])
        scores = late(query[:, some], kept[:, some], LATE["smoothWindow"])
        selected = whole_windows(scores, LATE["smoothWindow"], LATE["keepEnds"], LATE["gatherSize"])
        late_values[name] = {"scores": rounded(scores), "selected": selected}
    return reform, stored, product, late_values


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=MODEL, help="the default model's GGUF file; `npm test` fetches it")
    todo = parser.add_mutually_exclusive_group()
    todo.add_argument("--check", type=Path, default=HERE, metavar="FOLDER")
    todo.add_argument("--write", type=Path, metavar="FOLDER")
    args = parser.parse_args()

    began = time.monotonic()
    found = hashlib.sha256(args.model.read_bytes()).hexdigest()
    assert found == MODEL_SHA256, f"{args.model} has SHA-256 {found}, expected {MODEL_SHA256}"
    torch.set_grad_enabled(False)
    reader = GGUFReader(args.model)
    model, tokenizer = Llama(reader), GoldenTokenizer(reader)
    inputs = json.loads((HERE / "inputs.json").read_text())
    document = tokenizer.text_ids((HERE / "document.txt").read_text())

    files: dict[str, object] = {"tensor-types.json": tensor_types(), "tokenizer.json": tokenizer_values(tokenizer, inputs)}
    prompts = {
        "capital": tokenizer.template_ids(tokenizer.chat(inputs["chats"][0])),
        "story": tokenizer.text_ids(inputs["story"]),
        "moby": tokenizer.text_ids((HERE / "moby.txt").read_text()),
    }
    print(f"against transformers: logits NMSE {check(model, prompts['story']):.1e}, {check(model, prompts['capital']):.1e}")
    forward, greedy = [], {}
    for name, ids in prompts.items():
        values, logits, greedy[name] = forward_values(model, tokenizer, name, ids)
        forward.append(values)
        files[values["logits_last"]] = logits
    question = tokenizer.text_ids(inputs["question"])
    reform, stored, product, late_values = reform_values(model, document, question, inputs["reform"], inputs["pairs"])
    files |= {"forward.json": forward, "greedy.json": greedy}
    files |= {"reform.json": reform, "stored.json": stored, "product.json": product, "late.json": late_values}
    print(f"computed in {time.monotonic() - began:.0f} s")

    if args.write is None:
        return differences(files, args.check)
    args.write.mkdir(parents=True, exist_ok=True)
    for name, value in files.items():
        content = value.tobytes() if isinstance(value, np.ndarray) else json.dumps(value).encode()
        (args.write / name).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
