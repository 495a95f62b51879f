"""What Hugging Face's tokenizers gives for random texts (strings.py), by each pre-tokenizer that the engine knows, and by pieces with
scores or merges: makes or checks pretokens.json.

python e2e/golden/pretokens.py            compute again and compare with pretokens.json
python e2e/golden/pretokens.py --write    write it
python e2e/golden/pretokens.py --show qwen2 17    texts of a block with their ids, one a line, to see which differ
"""

import argparse
import json
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers.tokenization_utils_base import generate_merges

from strings import BLOCK, described, digests, random_texts

FILE = Path(__file__).parent / "pretokens.json"
NUM_TRAINED = 600

# As the models' own tokenizer.json files have them.
MODERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|NUMBERS| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# Marks go with letters, wherever they stand.
MARKED = MODERN.replace(r"]?\p{L}+", r"]?[\p{L}\p{M}]+").replace(r"\s\p{L}\p{N}", r"\s\p{L}\p{M}\p{N}")
# Words end where capitals begin again; with contractions at their ends, or without.
CASED = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+ENDS"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*ENDS"
    r"|NUMBERS| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# Of DeepSeek's first models: cased letters that they knew, and what is from the Samaritan script to Han, and Hangul.
DEEPSEEK_LETTERS = (
    "A-Za-z"
    "\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01ba\u01bc-\u01bf\u01c4-\u0293\u0295-\u02af\u0370-\u0373\u0376\u0377"
    "\u037b-\u037d\u037f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03f5\u03f7-\u0481\u048a-\u052f\u0531-\u0556"
    "\u10a0-\u10c5\u13a0-\u13f5\u13f8-\u13fd\u1c90-\u1cba\u1cbd-\u1cbf\u1d00-\u1d2b\u1d6b-\u1d77\u1d79-\u1d9a\u1e00-\u1f15"
    "\u1f18-\u1f1d\u1f20-\u1f45\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b\u1f5d\u1f5f-\u1f7d\u1f80-\u1fb4\u1fb6-\u1fbc\u1fbe"
    "\u1fc2-\u1fc4\u1fc6-\u1fcc\u1fd0-\u1fd3\u1fd6-\u1fdb\u1fe0-\u1fec\u1ff2-\u1ff4\u1ff6-\u1ffc\u2102\u2107\u210a-\u2113"
    "\u2115\u2119-\u211d\u2124\u2126\u2128\u212a-\u212d\u212f-\u2134\u2139\u213c-\u213f\u2145-\u2149\u214e\u2183\u2184"
    "\u2c00-\u2c7b\u2c7e-\u2ce4\u2ceb-\u2cee\u2cf2\u2cf3\ua640-\ua66d\ua680-\ua69b\ua722-\ua76f\ua771-\ua787\ua78b-\ua78e"
    "\uab70-\uabbf\ufb00-\ufb06\ufb13-\ufb17\uff21-\uff3a\uff41-\uff5a\U00010400-\U0001044f\U000104b0-\U000104d3"
    "\U000104d8-\U000104fb\U00010c80-\U00010cb2\U00010cc0-\U00010cf2\U000118a0-\U000118df\U0001e900-\U0001e943"
)
EASTERN = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+"
DEEPSEEK_LLM = [
    "[\r\n]",
    rf"\s?[{DEEPSEEK_LETTERS}]+",
    "\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+",
    r"\s+$",
    EASTERN,
    r"\p{N}+",
]
DEEPSEEK_CODER = ["[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", EASTERN, r"\p{N}"]
BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
GPT2 = pre_tokenizers.ByteLevel(add_prefix_space=False)


def modern(numbers: str, pattern: str = MODERN):
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern.replace("NUMBERS", numbers)), "isolated"), BYTES])


def cased(numbers: str, ends: str):
    pattern = CASED.replace("NUMBERS", numbers).replace("ENDS", ends)
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"), BYTES])


def in_steps(patterns: list[str]):
    splits = [pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in patterns]
    return pre_tokenizers.Sequence([*splits, BYTES])


# The one of the pre-tokenizers that runs of whitespace as tokens are tried with.
RUNNING, BYTE_RUNS = "olmo", ["  ", "   ", "    ", "\n\n", "\t\t"]

PRE_TOKENIZERS = {
    "gpt-2": (GPT2, False),
    RUNNING: (GPT2, False),
    "smollm": (pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), GPT2]), False),
    "llama-bpe": (modern(r"\p{N}{1,3}"), True),
    "qwen2": (modern(r"\p{N}"), False),
    "qwen35": (modern(r"\p{N}", MARKED), False),
    "dbrx": (modern(r"\p{N}{1,3}"), False),
    "tekken": (cased(r"\p{N}", ""), True),
    "gpt-4o": (cased(r"\p{N}{1,3}", r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"), False),
    "deepseek-llm": (in_steps(DEEPSEEK_LLM), False),
    "deepseek-coder": (in_steps(DEEPSEEK_CODER), False),
}

# Merges that go across what pre-tokenizers part, so that a wrong cut shows in the ids.
MERGES = (
    "t h|th e|Ġ the|Ġ a|i n|e r|n d|Ġa nd|in g|o n|Ġ Ġ|ĠĠ ĠĠ|Ċ Ċ|Ġ Ċ|č Ċ|ĉ ĉ|1 2|12 3|3 4|1 1|' s|' S|' l|'l l|' L|'L L|! !|. .|. Ċ|"
    "a 1|1 a|Ġ 1|_ a|a _|a '|Ġ '|Ã ©|Ġ Ã©|Ã© Ã©|- -|Ġ -|/ /|Â ł|{ Ċ|} Ċ|ç 2"
).split("|")
# No merge leads to it: only where whole words go before merges is it a token.
WHOLE = "Ġwhale"
# A vocabulary as Gemma's: control tokens, runs of whitespace, bytes, and pieces from the one of the highest score on.
ACROSS = "é▁"  # with a space behind something else: with it words may not be joined one by one
CONTROLS = ["<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"]
RUNS = ["\n", "\n\n", "\n\n\n", "▁▁", "▁▁▁", "▁▁▁▁", "\t\t"]
PIECES = [
    *("▁t", "▁a", "th", "in", "an", "▁th", "er", "on", "ing", "and", "▁and", "the", "▁the", "▁w", "wh", "al", "ale", "wha", "▁whale"),
    *("do", "don", "'s", "▁'", "S'", "ll", "LL", "..", "...", "--", "▁-", "//", ACROSS, "漢字", "aé", "ss", "im", "_a"),
    *"▁abcdefghijklmnopqrstuvwxyzSLEé漢1234567890.,'!-_(){}|<>/\t",
]


def pieces(texts: list[str]) -> tuple[dict, dict]:
    """Tokens, their types and scores as GGUF has them; ids of texts, in which control tokens are text, by kind."""
    names = [*CONTROLS, *RUNS, *(f"<0x{byte:02X}>" for byte in range(256)), *PIECES]
    types = [3] * len(CONTROLS) + [4] * len(RUNS) + [6] * 256 + [1] * len(PIECES)
    scores = [0] * (len(names) - len(PIECES)) + [-i for i in range(len(PIECES))]

    def bpe(left_out: int | None, *unused: str) -> Tokenizer:
        """Without the tokens of that type, and without those named."""
        kept = {name: i for i, name in enumerate(names) if types[i] != left_out and name not in unused}
        merged = {name: i for name, i in kept.items() if types[i] == 1}
        merges = generate_merges(merged, {name: scores[i] for name, i in merged.items()})
        # Runs are taken from the text before spaces become what stands for them.
        vocab = {name.replace("▁", " ") if types[i] == 4 else name: i for name, i in kept.items()}
        made = Tokenizer(models.BPE(vocab, merges, byte_fallback=True))
        made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
        return made

    def with_runs(*unused: str) -> Tokenizer:
        made = bpe(3, *unused)
        made.normalizer = normalizers.Replace(" ", "▁")
        made.add_tokens([AddedToken(run.replace("▁", " "), normalized=False) for run in RUNS])
        return made

    # As Llama 2's: a space before a text, and behind control tokens, which are found in it; runs are no tokens of their own.
    prefixed = bpe(4)
    prefixed.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    prefixed.add_special_tokens([AddedToken(name, normalized=False, special=True) for name in CONTROLS])
    all_ids = {
        "whole": encode_all(with_runs(), texts, lambda text: text.replace("▁", " ")),
        "words": encode_all(with_runs(ACROSS), texts, lambda text: text.replace("▁", " ")),
        "begun": [prefixed.encode(text, add_special_tokens=False).ids for text in texts],
    }
    return {"tokens": names, "types": types, "scores": scores, "across": ACROSS}, all_ids


def merged_pieces(texts: list[str]) -> tuple[dict, list[list[int]]]:
    """As Gemma 4's: merges in the place of scores; runs of whitespace are pieces like others, the longest joined first."""
    runs = [char * count for count in range(8, 1, -1) for char in "\n▁\t"]
    joined = [*runs, *(piece for piece in PIECES if len(piece) > 1)]
    first = [*CONTROLS, *(f"<0x{byte:02X}>" for byte in range(256))]
    names = [*first, "\n", *(piece for piece in PIECES if len(piece) == 1), *joined]
    vocab = {name: i for i, name in enumerate(names)}
    ranks = {name: -joined.index(name) if name in joined else -len(joined) for name in names[len(first) :]}
    merges = generate_merges({name: vocab[name] for name in ranks}, ranks)
    made = Tokenizer(models.BPE(vocab, merges, byte_fallback=True))
    made.normalizer = normalizers.Replace(" ", "▁")
    made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    types = [3] * len(CONTROLS) + [6] * 256 + [1] * (len(names) - len(first))
    described_by = {"tokens": names, "types": types, "merges": [" ".join(merge) for merge in merges]}
    return described_by, encode_all(made, texts, lambda text: text.replace("▁", " "))


def encode_all(tokenizer: Tokenizer, texts: list[str], shown) -> list[list[int]]:
    """Ids of the texts, which must decode to them."""
    all_ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    for text, ids in zip(texts, all_ids):
        decoded = tokenizer.decode(ids, skip_special_tokens=False)
        assert decoded == shown(text), (text, decoded)
    return all_ids


def byte_tokens() -> list[str]:
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) if byte in printable else chr(256 + others.index(byte)) for byte in range(256)]


def trained_merges(texts: list[str]) -> list[str]:
    """Of whole texts, so that they lead across every place at which some pre-tokenizer parts them."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = BYTES
    trainer = trainers.BpeTrainer(
        vocab_size=256 + NUM_TRAINED, initial_alphabet=byte_tokens(), show_progress=False, max_token_length=12
    )
    tokenizer.train_from_iterator(texts, trainer)
    return [" ".join(merge) for merge in json.loads(tokenizer.to_str())["model"]["merges"]]


def compute() -> tuple[dict, dict]:
    """What the file holds, and the ids of all texts by what made them."""
    texts = random_texts()
    merges = list(dict.fromkeys([*MERGES, *trained_merges(texts[:2000])]))
    tokens = list(dict.fromkeys([*byte_tokens(), *(merge.replace(" ", "") for merge in merges), WHOLE]))
    all_ids = {}
    for name, (pre_tokenizer, ignore_merges) in PRE_TOKENIZERS.items():
        pairs = [tuple(merge.split(" ")) for merge in merges]
        tokenizer = Tokenizer(models.BPE({token: i for i, token in enumerate(tokens)}, pairs, ignore_merges=ignore_merges))
        tokenizer.pre_tokenizer = pre_tokenizer
        tokenizer.decoder = decoders.ByteLevel()
        # As GPT-NeoX has them: runs of whitespace are found before words are parted.
        if name == RUNNING:
            tokenizer.add_tokens([AddedToken(run, normalized=False) for run in BYTE_RUNS])
        all_ids[name] = encode_all(tokenizer, texts, lambda text: text)
    of_pieces, piece_ids = pieces(texts)
    of_merged, merged_ids = merged_pieces(texts)
    described_by = {
        "texts": described(),
        "tokens": tokens,
        "merges": merges,
        "runs": {"name": RUNNING, "tokens": BYTE_RUNS},
        "digests": {name: digests(ids) for name, ids in all_ids.items()},
        "pieces": of_pieces | {"digests": {name: digests(ids) for name, ids in piece_ids.items()}},
        "merged": of_merged | {"digests": digests(merged_ids)},
    }
    return described_by, all_ids | piece_ids | {"merged": merged_ids}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--show", nargs=2, metavar=("NAME", "BLOCK"))
    args = parser.parse_args()
    computed, all_ids = compute()
    if args.show is not None:
        name, start = args.show[0], int(args.show[1]) * BLOCK
        for text, ids in zip(random_texts()[start : start + BLOCK], all_ids[name][start:]):
            print(json.dumps([text, ids], ensure_ascii=False))
        return 0
    if args.write:
        FILE.write_text(json.dumps(computed) + "\n")
        return 0
    is_same = json.loads(FILE.read_text()) == computed
    print(f"{FILE.name}: {len(all_ids)} x {len(random_texts())} texts {'equal' if is_same else 'DIFFER'}")
    return int(not is_same)


if __name__ == "__main__":
    sys.exit(main())
