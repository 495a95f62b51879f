"""Random texts by seed, which tests make anew, and digests of their ids: what pretokens.py and llama_cpp_values.py have in common.

Texts are runs of fragments that pre-tokenizers treat differently, and of characters of many scripts, controls and signs among them. All
characters have been in Unicode since its version 12, so that no table of properties is too old for them.
"""

SEED = 20_261_127
NUM_TEXTS = 10_000
BLOCK = 100

FRAGMENTS = [
    *("a", "b", "the", "and", "ing", "whale", "don", "S", "LL", "é", "É", "ß", "ſ", "ﬁ", "漢字", "ก", "🙂", "\u0301", "\u200d"),
    *(" ", " ", "  ", "    ", "\n", "\n\n", "\r\n", "\r", "\t", "\u00a0", "\u3000", "\u2028", "\u0085", "\u200b", "\ufeff"),
    *("'s", "'S", "'ll", "'LL", "'", "’s", "1", "12", "123", "1234", "²", "½", "٣", "Ⅷ"),
    *(".", ",", "!!", "...", "_", "-", "--", "//", "{", "}", "\"", "(", "<|im_end|>", "\\", "€", "→"),
    *("\0", "\u001b[0m", "👩‍👩‍👧", "🇩🇪", "👍🏽", "▁", "▁the", "<0x41>", "<bos>", "<end_of_turn>"),
]
# First code point and how many.
RANGES = [
    *([0x00, 0x20], [0x20, 0x5F], [0x7F, 0x21], [0xA0, 0x60], [0x100, 0x100], [0x250, 0x60], [0x2B0, 0x50], [0x300, 0x70]),
    *([0x391, 17], [0x3A3, 39], [0x410, 0x40], [0x531, 38], [0x5D0, 27], [0x5B0, 16], [0x620, 0x40], [0x6F0, 10]),
    *([0x904, 54], [0x93E, 16], [0x966, 10], [0xE01, 58], [0xE50, 10], [0x10D0, 43], [0x1100, 0x100], [0x13A0, 80]),
    *([0x1E00, 0x100], [0x2000, 0x10], [0x2010, 0x20], [0x2030, 0x30], [0x2070, 2], [0x20A0, 32], [0x2100, 0x80], [0x2150, 0x3C]),
    *([0x2190, 0x70], [0x2200, 0x100], [0x2460, 0xA0], [0x2500, 0x100], [0x2600, 0x100], [0x2700, 0xC0], [0x3000, 0x40]),
    *([0x3041, 86], [0x3099, 0x67], [0x3400, 0x19B6], [0x4E00, 0x51A6], [0xA960, 29], [0xAC00, 11_172], [0xE000, 0x100]),
    *([0xF900, 0x16E], [0xFE00, 0x10], [0xFE20, 0x10], [0xFF01, 0x5E], [0xFF65, 0x5A], [0xFFF9, 5], [0x10330, 27]),
    *([0x10400, 80], [0x1D400, 85], [0x1D7CE, 50], [0x1F1E6, 26], [0x1F300, 0x100], [0x1F600, 80], [0x20000, 0xA6D7], [0xE0020, 96]),
]


def generator(seed: int):
    state = seed

    def below(limit: int) -> int:
        nonlocal state
        state = (state * 1_664_525 + 1_013_904_223) % 2**32
        return (state >> 16) % limit

    return below


def random_texts(seed: int = SEED, count: int = NUM_TEXTS) -> list[str]:
    below = generator(seed)

    def piece() -> str:
        if below(3) > 0:
            return FRAGMENTS[below(len(FRAGMENTS))]
        first, size = RANGES[below(len(RANGES))]
        return "".join(chr(first + below(size)) for _ in range(1 + below(3)))

    return ["".join(piece() for _ in range(1 + below(20))) for _ in range(count)]


def fnv(value: int, each: int) -> int:
    return (value ^ each) * 16_777_619 % 2**32


def digests(all_ids: list[list[int]]) -> str:
    """FNV-1a of 32 bits over the ids of each block of texts, each text's behind their number; as hex, eight digits a block."""
    hashes = []
    for start in range(0, len(all_ids), BLOCK):
        value = 2_166_136_261
        for ids in all_ids[start : start + BLOCK]:
            value = fnv(value, len(ids))
            for each in ids:
                value = fnv(value, each)
        hashes.append(f"{value:08x}")
    return "".join(hashes)


def described() -> dict:
    """What makes the same texts elsewhere."""
    return {"seed": SEED, "numTexts": NUM_TEXTS, "block": BLOCK, "fragments": FRAGMENTS, "ranges": RANGES}
