"""What Hugging Face's tokenizers gives for random texts, by each pre-tokenizer that the engine knows, and by pieces with scores: makes
or checks pretokens.json.

python e2e/golden/pretokens.py            compute again and compare with pretokens.json
python e2e/golden/pretokens.py --write    write it

Of each text the file has a hash of its ids. Texts come from a generator of 32 bits that the test has too.
"""

import argparse
import json
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers
from transformers.tokenization_utils_base import generate_merges

FILE = Path(__file__).parent / "pretokens.json"
NUM_TEXTS = 1000
SEED = 20_261_126

# As the models' own tokenizer.json files have them.
MODERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|NUMBERS| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# Words end where capitals begin again; with contractions at their ends, or without.
CASED = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+ENDS"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*ENDS"
    r"|NUMBERS| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
GPT2 = pre_tokenizers.ByteLevel(add_prefix_space=False)


def modern(numbers: str):
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(MODERN.replace("NUMBERS", numbers)), "isolated"), BYTES])


def cased(numbers: str, ends: str):
    pattern = CASED.replace("NUMBERS", numbers).replace("ENDS", ends)
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"), BYTES])


PRE_TOKENIZERS = {
    "gpt-2": (GPT2, False),
    "smollm": (pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), GPT2]), False),
    "llama-bpe": (modern(r"\p{N}{1,3}"), True),
    "qwen2": (modern(r"\p{N}"), False),
    "dbrx": (modern(r"\p{N}{1,3}"), False),
    "tekken": (cased(r"\p{N}", ""), True),
    "gpt-4o": (cased(r"\p{N}{1,3}", r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"), False),
}

# Merges that go across what pre-tokenizers part, so that a wrong cut shows in the ids.
MERGES = (
    "t h|th e|Ġ the|Ġ a|i n|e r|n d|Ġa nd|in g|o n|Ġ Ġ|ĠĠ ĠĠ|Ċ Ċ|Ġ Ċ|č Ċ|ĉ ĉ|1 2|12 3|3 4|1 1|' s|' S|' l|'l l|' L|'L L|! !|. .|. Ċ|"
    "a 1|1 a|Ġ 1|_ a|a _|a '|Ġ '|Ã ©|Ġ Ã©|Ã© Ã©|- -|Ġ -|/ /|Â ł|{ Ċ|} Ċ|ç 2"
).split("|")
# No merge leads to it: only where whole words go before merges is it a token.
WHOLE = "Ġwhale"
FRAGMENTS = [
    *("a", "b", "the", "and", "ing", "whale", "don", "S", "LL", "é", "É", "ß", "ſ", "ﬁ", "漢字", "ก", "🙂", "\u0301", "\u200d"),
    *(" ", " ", "  ", "    ", "\n", "\n\n", "\r\n", "\r", "\t", "\u00a0", "\u3000", "\u2028", "\u0085", "\u200b", "\ufeff"),
    *("'s", "'S", "'ll", "'LL", "'", "’s", "1", "12", "123", "1234", "²", "½", "٣", "Ⅷ"),
    *(".", ",", "!!", "...", "_", "-", "--", "//", "{", "}", "\"", "(", "<|im_end|>", "\\", "€", "→"),
]


# A vocabulary as Gemma's: control tokens, runs of whitespace, bytes, and pieces from the one of the highest score on.
CONTROLS = ["<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"]
RUNS = ["\n", "\n\n", "\n\n\n", "▁▁", "▁▁▁", "▁▁▁▁", "\t\t"]
PIECES = [
    *("▁t", "▁a", "th", "in", "an", "▁th", "er", "on", "ing", "and", "▁and", "the", "▁the", "▁w", "wh", "al", "ale", "wha", "▁whale"),
    *("do", "don", "'s", "▁'", "S'", "ll", "LL", "..", "...", "--", "▁-", "//", "é▁", "漢字", "aé", "ss", "im", "_a"),
    *"▁abcdefghijklmnopqrstuvwxyzSLEé漢1234567890.,'!-_(){}|<>/\t",
]


def pieces() -> dict:
    """Tokens, their types and scores as GGUF has them, and hashes of the ids of texts, in which control tokens are text."""
    names = [*CONTROLS, *RUNS, *(f"<0x{byte:02X}>" for byte in range(256)), *PIECES]
    types = [3] * len(CONTROLS) + [4] * len(RUNS) + [6] * 256 + [1] * len(PIECES)
    scores = [0] * (len(names) - len(PIECES)) + [-i for i in range(len(PIECES))]
    merged = {name: i for i, (name, kind) in enumerate(zip(names, types)) if kind == 1}
    merges = generate_merges(merged, {name: scores[i] for name, i in merged.items()})
    # Runs are taken from the text before spaces become what stands for them.
    vocab = {name.replace("▁", " ") if kind == 4 else name: i for i, (name, kind) in enumerate(zip(names, types)) if kind != 3}
    tokenizer = Tokenizer(models.BPE(vocab, merges, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.add_tokens([AddedToken(run.replace("▁", " "), normalized=False) for run in RUNS])
    fragments = [*FRAGMENTS, "▁", "▁the", "<0x41>", "<bos>", "<end_of_turn>"]
    all_texts = texts(SEED, fragments, NUM_TEXTS)
    hashes = "".join(hashed(tokenizer.encode(text, add_special_tokens=False).ids) for text in all_texts)
    # As Llama 2's: a space before a text, and behind control tokens, which are found in it; runs are no tokens of their own.
    unlike = {name: i for i, (name, kind) in enumerate(zip(names, types)) if kind != 4}
    prefixed = Tokenizer(models.BPE(unlike, merges, byte_fallback=True))
    prefixed.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    prefixed.add_special_tokens([AddedToken(name, normalized=False, special=True) for name in CONTROLS])
    begun = "".join(hashed(prefixed.encode(text, add_special_tokens=False).ids) for text in all_texts)
    return {"fragments": fragments, "tokens": names, "types": types, "scores": scores, "hashes": hashes, "begun": begun}


def byte_tokens() -> list[str]:
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) if byte in printable else chr(256 + others.index(byte)) for byte in range(256)]


def texts(seed: int, fragments: list[str], count: int) -> list[str]:
    state = seed

    def below(limit: int) -> int:
        nonlocal state
        state = (state * 1_664_525 + 1_013_904_223) % 2**32
        return (state >> 16) % limit

    return ["".join(fragments[below(len(fragments))] for _ in range(1 + below(24))) for _ in range(count)]


def hashed(ids: list[int]) -> str:
    """FNV-1a of 32 bits over the ids, as hex."""
    value = 2_166_136_261
    for each in ids:
        value = (value ^ each) * 16_777_619 % 2**32
    return f"{value:08x}"


def compute() -> dict:
    tokens = [*byte_tokens(), *(merge.replace(" ", "") for merge in MERGES), WHOLE]
    merges = [tuple(merge.split(" ")) for merge in MERGES]
    hashes = {}
    for name, (pre_tokenizer, ignore_merges) in PRE_TOKENIZERS.items():
        tokenizer = Tokenizer(models.BPE({token: i for i, token in enumerate(tokens)}, merges, ignore_merges=ignore_merges))
        tokenizer.pre_tokenizer = pre_tokenizer
        all_texts = texts(SEED, FRAGMENTS, NUM_TEXTS)
        hashes[name] = "".join(hashed(tokenizer.encode(text, add_special_tokens=False).ids) for text in all_texts)
    return {"seed": SEED, "numTexts": NUM_TEXTS, "fragments": FRAGMENTS, "tokens": tokens, "merges": MERGES, "hashes": hashes} | {
        "pieces": pieces()
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    computed = compute()
    if args.write:
        FILE.write_text(json.dumps(computed) + "\n")
        return 0
    is_same = json.loads(FILE.read_text()) == computed
    print(f"{FILE.name}: {len(PRE_TOKENIZERS)} x {NUM_TEXTS} texts, and by pieces, {'equal' if is_same else 'DIFFER'}")
    return int(not is_same)


if __name__ == "__main__":
    sys.exit(main())
