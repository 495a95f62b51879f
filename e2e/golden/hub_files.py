"""Makes the tiny models of families.py as transformers and tokenizers save them for a hub, and what they compute; or checks hub/.

python e2e/golden/hub_files.py                  compute again and compare with hub/
python e2e/golden/hub_files.py --write FOLDER   write what is computed

Weights are rounded to the type they are saved in, and the logits are those of the model that is read back. README.md says what each
file is.
"""

import json
import sys
import zlib
from pathlib import Path

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import AutoModelForCausalLM, Lfm2Config, Olmo2Config, PreTrainedTokenizerFast

from families import MODELS, NUM_PROMPT, NUM_TOKENS, SIZES, YARN, byte_tokens, run, set_weights
from pretokens import BYTES, modern

HUB = Path(__file__).parent / "hub"
VOCAB = 288

# By the model: the type of the weights, the most of them in one file, and the tokenizer.
SAVED = {
    "llama-divided": (torch.float16, "40KB", "bytes"),
    "llama-linear": (torch.float32, "10GB", "bytes"),
    "qwen2": (torch.bfloat16, "10GB", "composed"),
    "qwen3": (torch.bfloat16, "60KB", "composed"),
    "gemma3": (torch.bfloat16, "10GB", "pieces"),
    "mistral3": (torch.bfloat16, "10GB", "bytes"),
    "smollm3": (torch.float16, "10GB", "bytes"),
    "phi3": (torch.bfloat16, "10GB", "bytes"),
    "granite": (torch.bfloat16, "10GB", "bytes"),
    "olmo2": (torch.float16, "10GB", "bytes"),
    "olmo3": (torch.bfloat16, "10GB", "bytes"),
    "lfm2": (torch.bfloat16, "10GB", "bytes"),
}

CONFIGS = {name: made["config"] for name, made in MODELS.items()} | {
    # The generation before the one in families/: no layer slides.
    "olmo2": Olmo2Config(**SIZES | {"head_dim": 16, "rope_parameters": YARN | {"rope_theta": 5e5}}),
    # With the size that its MLP makes of another: two thirds of it, half as much again, to the next 32.
    "lfm2": Lfm2Config(
        **MODELS["lfm2"]["config"].to_dict()
        | {
            "intermediate_size": 61,
            "block_auto_adjust_ff_dim": True,
            "block_ffn_dim_multiplier": 1.5,
            "block_multiple_of": 32,
        }
    ),
}

CHAT = (
    "{{ bos_token }}{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] | trim }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
QUESTION = "  Who is the captain of the 12 whalers, and why?"
TEXTS = [
    "the whale and the 1234 others",
    "  two  spaces\n\n\nlines\tand tabs ",
    "don't 'S é 漢字 🙂 <|im_end|> <bos>",
    "in the end\r\n",
]


def byte_level(composes: bool) -> PreTrainedTokenizerFast:
    specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    merges = "t h|th e|Ġ the|Ġ a|i n|e r|n d|Ġa nd|in g|o n".split("|")
    names = [*specials, *byte_tokens(), *(merge.replace(" ", "") for merge in merges)]
    tokenizer = Tokenizer(models.BPE({name: i for i, name in enumerate(names)}, [tuple(m.split(" ")) for m in merges]))
    if composes:
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = modern(r"\p{N}") if composes else modern(r"\p{N}{1,3}")
    tokenizer.decoder = decoders.ByteLevel()
    if not composes:
        tokenizer.post_processor = processors.Sequence(
            [
                processors.ByteLevel(trim_offsets=False),
                processors.TemplateProcessing("<|im_start|> $A", "<|im_start|> $A $B", [("<|im_start|>", 1)]),
            ]
        )
    tokenizer.add_special_tokens(specials)
    tokenizer.add_tokens([AddedToken("<tool>", special=False, normalized=False)])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=None if composes else "<|im_start|>",
        eos_token="<|im_end|>",
        chat_template=CHAT,
    )


def pieces() -> PreTrainedTokenizerFast:
    """As Gemma's: bytes as a fallback, spaces by another character, and a token more than the embedding has rows."""
    specials = ["<pad>", "<eos>", "<bos>", "<unk>", "<|im_start|>", "<|im_end|>"]
    merges = "▁ ▁|▁▁ ▁▁|\n \n|t h|th e|▁ the|▁ a|i n|▁a n".split("|")
    chars = [*"▁thein", "\n", "a"]
    names = [*specials, *(f"<0x{byte:02X}>" for byte in range(256)), *chars, *(merge.replace(" ", "") for merge in merges)]
    vocab = {name: i for i, name in enumerate(names)}
    pairs = [tuple(merge.split(" ")) for merge in merges]
    tokenizer = Tokenizer(models.BPE(vocab, pairs, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.post_processor = processors.TemplateProcessing("<bos> $A", "<bos> $A $B", [("<bos>", 2)])
    tokenizer.add_special_tokens(specials)
    tokenizer.add_tokens([AddedToken(f"<unused{i}>", normalized=False) for i in range(VOCAB - len(names))])
    tokenizer.add_special_tokens(["<image>"])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<bos>", eos_token="<eos>", chat_template=CHAT)


TOKENIZERS = {"bytes": lambda: byte_level(False), "composed": lambda: byte_level(True), "pieces": pieces}


def without_specials(tokenizer: PreTrainedTokenizerFast, text: str) -> list[int]:
    """Ids of a text in which nothing is a control token."""
    plain = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    definition = json.loads(plain.to_str())
    definition["added_tokens"] = []
    return Tokenizer.from_str(json.dumps(definition)).encode(text, add_special_tokens=False).ids


def make(folder: Path) -> None:
    """A folder a model, as they are saved; its logits as in families/; hub.json names them."""
    described = []
    for name, (dtype, shard, kind) in SAVED.items():
        seed = zlib.crc32(name.encode())
        config = CONFIGS[name]
        config._attn_implementation = "eager"
        config.bos_token_id, config.eos_token_id, config.pad_token_id = None, [2, 0], None
        model = AutoModelForCausalLM.from_config(config).float().eval()
        set_weights(model, seed)
        model.to(dtype).save_pretrained(folder / name, max_shard_size=shard)
        tokenizer = TOKENIZERS[kind]()
        tokenizer.save_pretrained(folder / name)
        saved = AutoModelForCausalLM.from_pretrained(folder / name, dtype=torch.float32, attn_implementation="eager")
        generator = torch.Generator().manual_seed(seed + 1)
        ids = torch.randint(0, config.vocab_size, (NUM_TOKENS,), generator=generator)
        logits = saved.double().eval()(ids[None]).logits[0, NUM_PROMPT - 1 :]
        (folder / f"{name}.f32").write_bytes(logits.numpy().astype("<f4").tobytes())
        messages = [{"role": "user", "content": QUESTION}]
        described.append(
            {
                "name": name,
                "files": sorted(path.name for path in (folder / name).iterdir()),
                "numPrompt": NUM_PROMPT,
                "ids": ids.tolist(),
                "texts": [{"text": text, "ids": without_specials(tokenizer, text)} for text in TEXTS],
                "question": QUESTION,
                "chat": tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False),
                "chatIds": tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False),
            }
        )
    (folder / "hub.json").write_text(json.dumps(described) + "\n")


if __name__ == "__main__":
    sys.exit(run(__doc__, make, HUB))
