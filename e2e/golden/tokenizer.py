"""The tokenizer and chat template that a GGUF file carries, through Hugging Face's libraries."""

from gguf import GGUFReader
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

CONTROL = 3  # tokenizer.ggml.token_type of a special token


class GoldenTokenizer:
    def __init__(self, reader: GGUFReader) -> None:
        def read(name: str):
            return reader.fields[f"tokenizer.{name}"].contents()

        tokens, types = read("ggml.tokens"), read("ggml.token_type")
        assert (read("ggml.model"), read("ggml.pre")) == ("gpt2", "smollm")

        def bpe() -> Tokenizer:
            merges = [tuple(merge.split(" ")) for merge in read("ggml.merges")]
            made = Tokenizer(models.BPE({token: i for i, token in enumerate(tokens)}, merges))
            # What the pre-tokenizer named smollm stands for: every digit alone, then GPT-2's pattern over bytes.
            made.pre_tokenizer = pre_tokenizers.Sequence(
                [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
            )
            made.decoder = decoders.ByteLevel()
            return made

        self._plain = bpe()
        special = bpe()
        special.add_special_tokens(
            [AddedToken(t, special=True, normalized=False) for t, kind in zip(tokens, types) if kind == CONTROL]
        )
        self._special = PreTrainedTokenizerFast(tokenizer_object=special, bos_token=None, clean_up_tokenization_spaces=False)
        self._special.chat_template = read("chat_template")
        self.end_ids = sorted({read("ggml.eos_token_id"), tokens.index("<|endoftext|>")})

    def template_ids(self, text: str) -> list[int]:
        """Special strings become special tokens: the path of rendered templates."""
        return self._special.encode(text, add_special_tokens=False)

    def text_ids(self, text: str) -> list[int]:
        """Special strings stay text: the path of documents and questions."""
        return self._plain.encode(text, add_special_tokens=False).ids

    def chat(self, messages: list[dict[str, str]]) -> str:
        return self._special.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)

    def decode(self, ids: list[int]) -> str:
        return self._plain.decode(ids, skip_special_tokens=False)
