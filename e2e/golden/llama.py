"""A llama model's forward pass in float64: plain PyTorch, straight from the dequantised weights of a GGUF file.

It shares no code with the engine. `check` compares it with transformers' LlamaForCausalLM on the same weights.
Shapes: T tokens, H query heads, G KV heads, D values a head, S keys.
"""

import torch
from gguf import GGUFReader, dequantize

F64 = torch.float64


class Llama:
    def __init__(self, reader: GGUFReader) -> None:
        def read(name: str):
            return reader.fields[f"llama.{name}"].contents()

        self.num_layers = read("block_count")
        self.num_heads = read("attention.head_count")
        self.num_kv_heads = read("attention.head_count_kv")
        self.hidden_size = read("embedding_length")
        self.head_dim = self.hidden_size // self.num_heads
        self.intermediate_size = read("feed_forward_length")
        self.eps = read("attention.layer_norm_rms_epsilon")
        self.theta = read("rope.freq_base")
        self.context_length = read("context_length")
        self.weights = {t.name: torch.from_numpy(dequantize(t.data, t.tensor_type).copy()).to(F64) for t in reader.tensors}
        # The file has no head of its own: the embedding's rows are used for both.
        assert "output.weight" not in self.weights

    def embed(self, ids: list[int]) -> torch.Tensor:
        return self.weights["token_embd.weight"][torch.tensor(ids)]

    def norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weights[name]

    def project(self, x: torch.Tensor, layer: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Query heads [H, T, D], key and value heads [G, T, D] of hidden state [T, hidden], before rotation."""
        h = self.norm(x, f"blk.{layer}.attn_norm.weight")

        def heads(name: str, count: int) -> torch.Tensor:
            y = h @ self.weights[f"blk.{layer}.{name}.weight"].T
            return y.view(len(x), count, self.head_dim).transpose(0, 1)

        return heads("attn_q", self.num_heads), heads("attn_k", self.num_kv_heads), heads("attn_v", self.num_kv_heads)

    def rotate(self, heads: torch.Tensor, first: int = 0) -> torch.Tensor:
        """RoPE of [*, T, D] at positions first .. first + T - 1; pairs (2i, 2i + 1), as GGUF orders llama's rows."""
        positions = torch.arange(first, first + heads.shape[-2], dtype=F64)
        inverse = self.theta ** (-torch.arange(0, self.head_dim, 2, dtype=F64) / self.head_dim)
        angles = positions[:, None] * inverse
        even, odd = heads[..., 0::2], heads[..., 1::2]
        rotated = (even * angles.cos() - odd * angles.sin(), even * angles.sin() + odd * angles.cos())
        return torch.stack(rotated, -1).flatten(-2)

    def attention(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Causal attention of rotated q [H, T, D] over k, v [G, S, D], whose last T keys are the queries' own tokens.

        Returns the heads side by side [T, H * D], and the probability that each key received [G, S]: summed over
        queries and over the query heads of its group.
        """
        num_new, num_keys = q.shape[1], k.shape[1]
        grouped = q.view(self.num_kv_heads, -1, num_new, self.head_dim)
        scores = grouped @ k[:, None].transpose(-1, -2) / self.head_dim**0.5
        hidden = torch.arange(num_keys) > torch.arange(num_keys - num_new, num_keys)[:, None]
        p = scores.masked_fill(hidden, -torch.inf).softmax(-1)
        y = (p @ v[:, None]).reshape(self.num_heads, num_new, self.head_dim)
        return y.transpose(0, 1).flatten(1), p.sum((1, 2))

    def after_attention(self, x: torch.Tensor, y: torch.Tensor, layer: int) -> torch.Tensor:
        """The rest of a layer: output projection and SwiGLU, each added to the hidden state."""
        w = {name: self.weights[f"blk.{layer}.{name}.weight"] for name in ("attn_output", "ffn_gate", "ffn_up", "ffn_down")}
        x = x + y @ w["attn_output"].T
        h = self.norm(x, f"blk.{layer}.ffn_norm.weight")
        gate = h @ w["ffn_gate"].T
        return x + (gate * torch.sigmoid(gate) * (h @ w["ffn_up"].T)) @ w["ffn_down"].T

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(x, "output_norm.weight") @ self.weights["token_embd.weight"].T


class Pass:
    """A growing prompt with its KV cache."""

    def __init__(self, model: Llama) -> None:
        self.model = model
        empty = torch.empty(model.num_kv_heads, 0, model.head_dim, dtype=F64)
        self.cache = [(empty, empty) for _ in range(model.num_layers)]

    def run(self, ids: list[int]) -> list[torch.Tensor]:
        """Runs more tokens. The hidden state [T, hidden] after each layer."""
        m = self.model
        x = m.embed(ids)
        after = []
        for layer, (keys, values) in enumerate(self.cache):
            first = keys.shape[1]
            q, k, v = m.project(x, layer)
            keys, values = torch.cat([keys, m.rotate(k, first)], 1), torch.cat([values, v], 1)
            self.cache[layer] = (keys, values)
            x = m.after_attention(x, m.attention(m.rotate(q, first), keys, values)[0], layer)
            after.append(x)
        return after


def check(model: Llama, ids: list[int], limit: float = 1e-10) -> float:
    """NMSE of this file's logits of every token against transformers' on the same weights; fails above `limit`.

    transformers takes its norms and angles in float32 whatever the model's type is; that is what is left.
    """
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=len(model.weights["token_embd.weight"]),
        hidden_size=model.hidden_size,
        intermediate_size=model.intermediate_size,
        num_hidden_layers=model.num_layers,
        num_attention_heads=model.num_heads,
        num_key_value_heads=model.num_kv_heads,
        max_position_embeddings=model.context_length,
        rms_norm_eps=model.eps,
        rope_parameters={"rope_type": "default", "rope_theta": model.theta},
        tie_word_embeddings=True,
        attn_implementation="eager",
    )
    theirs = LlamaForCausalLM(config).to(F64).eval()
    names = {
        "attn_norm": "input_layernorm",
        "attn_q": "self_attn.q_proj",
        "attn_k": "self_attn.k_proj",
        "attn_v": "self_attn.v_proj",
        "attn_output": "self_attn.o_proj",
        "ffn_norm": "post_attention_layernorm",
        "ffn_gate": "mlp.gate_proj",
        "ffn_up": "mlp.up_proj",
        "ffn_down": "mlp.down_proj",
    }
    state = {
        "model.embed_tokens.weight": model.weights["token_embd.weight"],
        "lm_head.weight": model.weights["token_embd.weight"],
        "model.norm.weight": model.weights["output_norm.weight"],
    }
    for layer in range(model.num_layers):
        for gguf_name, name in names.items():
            w = model.weights[f"blk.{layer}.{gguf_name}.weight"]
            if gguf_name in ("attn_q", "attn_k"):  # GGUF's pairs (2i, 2i + 1) are theirs (i, i + D / 2)
                w = w.view(-1, model.head_dim // 2, 2, w.shape[1]).transpose(1, 2).reshape(w.shape)
            state[f"model.layers.{layer}.{name}.weight"] = w
    theirs.load_state_dict(state)
    with torch.no_grad():
        want = theirs(torch.tensor([ids])).logits[0]
    got = model.logits(Pass(model).run(ids)[-1])
    error = float((got - want).pow(2).sum() / want.pow(2).sum())
    assert error < limit, f"the forward pass differs from transformers': NMSE {error:.2e}"
    return error
