"""REFORM in float64 and straight lines, as docs/method.md says it: compress with eviction, embeddings, scores, hops, selection.

It shares no code with the engine. One reading serves several sets of heads, since heads take no part in eviction.
"""

from dataclasses import dataclass, field

import numpy as np
import torch

from llama import F64, Llama


@dataclass
class Layer:
    """What is kept of one layer, slots in token order. Keys are unrotated."""

    keys: torch.Tensor  # [G, n, D]
    values: torch.Tensor  # [G, n, D]
    sums: torch.Tensor  # [G, n]: probability received
    tokens: torch.Tensor  # [G, n]: positions in the document


class Reading:
    def __init__(self, model: Llama, settings: dict) -> None:
        self.model = model
        self.settings = settings
        g, d = model.num_kv_heads, model.head_dim
        self.layers = [
            Layer(torch.empty(g, 0, d, dtype=F64), torch.empty(g, 0, d, dtype=F64), torch.empty(g, 0, dtype=F64),
                  torch.empty(g, 0, dtype=torch.long))
            for _ in range(settings["exitLayer"] - 1)
        ]  # fmt: skip
        self.num_read = 0

    def run(self, ids: list[int], heads: list[dict], evict: bool = True) -> np.ndarray:
        """Runs one chunk, or the question (`evict` off: the state stays). Unit embeddings [T, len(heads), D]."""
        m = self.model
        parts: list[np.ndarray] = [np.empty(0)] * len(heads)

        def extract(layer: int, **projected: torch.Tensor) -> None:
            for i, head in enumerate(heads):
                if head["layer"] == layer:
                    e = projected[head["type"]][head["head"]]
                    parts[i] = (e / e.norm(dim=-1, keepdim=True)).numpy()

        x = m.embed(ids)
        for index, layer in enumerate(self.layers):
            q, k, v = m.project(x, index)
            extract(index, Q=q, K=k, V=v)
            num_slots = layer.keys.shape[1]
            # A position is a slot: kept entries 0 .. n - 1, then the chunk.
            keys = torch.cat([m.rotate(layer.keys), m.rotate(k, num_slots)], 1)
            values = torch.cat([layer.values, v], 1)
            y, received = m.attention(m.rotate(q, num_slots), keys, values)
            if evict:
                self._evict(index, k, values, received)
            x = m.after_attention(x, y, index)
        # Of the last layer only the projections are needed.
        q, k, v = m.project(x, len(self.layers))
        extract(len(self.layers), Q=q, K=k, V=v)
        if evict:
            self.num_read += len(ids)
        return np.stack(parts, 1)

    def _evict(self, index: int, k: torch.Tensor, values: torch.Tensor, received: torch.Tensor) -> None:
        budget, recent = self.settings["budget"], self.settings["recent"]
        layer = self.layers[index]
        received = received.clone()
        received[:, : layer.sums.shape[1]] += layer.sums
        own = torch.arange(self.num_read, self.num_read + k.shape[1]).expand(len(k), -1)
        tokens = torch.cat([layer.tokens, own], 1)
        num_entries = tokens.shape[1]
        kept = torch.arange(num_entries).expand(len(k), -1)
        if num_entries > budget:
            old = received[:, : num_entries - recent].argsort(dim=1, descending=True, stable=True)
            newest = torch.arange(num_entries - recent, num_entries).expand(len(k), -1)
            kept = torch.cat([old[:, : budget - recent], newest], 1).sort(1).values
        of = kept[..., None].expand(-1, -1, self.model.head_dim)
        keys = torch.cat([layer.keys, k], 1)
        self.layers[index] = Layer(keys.gather(1, of), values.gather(1, of), received.gather(1, kept), tokens.gather(1, kept))


def as_stored(e: np.ndarray) -> np.ndarray:
    """What a document keeps of embeddings: int8 with one scale a part (docs/storage-format.md)."""
    scale = np.abs(e).max(-1, keepdims=True) / 127
    return np.rint(e / scale) * scale


def score(query: np.ndarray, document: np.ndarray, scoring: str) -> np.ndarray:
    """One score a document token [N] of unit parts query [Q, P, D] and document [N, P, D]."""
    dots = np.einsum("qpd,npd->pqn", query, document)
    if scoring == "cosine":
        return dots.mean(0).max(0)
    z = (dots - dots.mean(-1, keepdims=True)) / dots.std(-1, keepdims=True)
    return z.max(1).mean(0)


def late(query: np.ndarray, document: np.ndarray, window: int) -> np.ndarray:
    """Late interaction [N]: each query token's best standardised dot in the window around a token, squared and summed."""
    dots = np.einsum("qpd,npd->pqn", query, document)
    z = (dots - dots.mean(-1, keepdims=True)) / dots.std(-1, keepdims=True)
    best = np.stack([[pool(row, window) for row in part] for part in z])
    return (np.maximum(0, best.mean(0)) ** 2).sum(0)


def whole_windows(scores: np.ndarray, window: int, keep_ends: int, size: int) -> list[int]:
    """Positions: both ends, then windows around the best tokens that lie in no window before them, each from its centre outwards."""
    n, reach = len(scores), window // 2
    wanted = [position for i in range(keep_ends) for position in (i, n - 1 - i)]
    centres: list[int] = []
    for centre in np.lexsort((np.arange(n), -scores)).tolist():
        if all(abs(centre - other) > reach for other in centres):
            centres.append(centre)
            around = sorted(range(centre - reach, centre + reach + 1), key=lambda position: abs(position - centre))
            wanted += [position for position in around if 0 <= position < n]
    return sorted(list(dict.fromkeys(wanted))[:size])


def pool(scores: np.ndarray, window: int) -> np.ndarray:
    reach = window // 2
    return np.array([scores[max(0, i - reach) : i + reach + 1].max() for i in range(len(scores))])


def select(scores: np.ndarray, window: int, keep_ends: int, size: int, taken: tuple[int, ...] = ()) -> list[int]:
    """Positions: those taken, both ends (outermost first), then the best by pooled score, raw score, lower position."""
    n = len(scores)
    pooled = pool(scores, window)
    ends = [position for i in range(keep_ends) for position in (i, n - 1 - i)]
    best = np.lexsort((np.arange(n), -scores, -pooled)).tolist()
    return sorted(list(dict.fromkeys([*taken, *ends, *best]))[:size])


def spans_of(scores: np.ndarray, peaks: int, span: int, previous: list[list[int]]) -> list[list[int]]:
    """[start, end) around the best tokens by raw score, best first; none overlaps another or an earlier hop's."""
    n = len(scores)
    found: list[list[int]] = []
    for peak in np.lexsort((np.arange(n), -scores)).tolist():
        start, end = max(0, peak - span), min(n, peak + span + 1)
        if all(peak + span < a or peak - span >= b for a, b in previous + found):
            found.append([start, end])
        if len(found) == peaks:
            break
    return found


@dataclass
class Gathered:
    hops: list[dict] = field(default_factory=list)
    selected: list[int] = field(default_factory=list)


def gather(query: np.ndarray, document: np.ndarray, settings: dict) -> Gathered:
    """All hops of one question: what each was asked with, its scores, and what was taken after it."""
    hops, size = settings["hops"], min(settings["gatherSize"], len(document))
    result, spans = Gathered(), []
    scores = np.empty(0)
    for hop in range(hops):
        own: list[list[int]] = []
        if hop > 0:
            own = spans_of(scores, settings["peaks"], settings["peakSpan"], spans)
            spans += own
        # With no further span to ask with, what is left of the size goes to the scores at hand.
        if own or hop == 0:
            query = np.concatenate([document[start:end] for start, end in own]) if own else query
            scores = score(query, document, settings["scoring"])
        result.selected = select(
            scores,
            settings["smoothWindow"],
            settings["keepEnds"] if hop == hops - 1 else 0,
            size * (hop + 1) // hops,
            tuple(result.selected),
        )
        result.hops.append({"spans": own, "scores": scores, "selected": result.selected})
    return result
