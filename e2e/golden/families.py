"""Makes tiny random models of each family, as GGUF files, and what transformers computes with them; or checks those of families/.

python e2e/golden/families.py                  compute again and compare with families/
python e2e/golden/families.py --write FOLDER   write what is computed

The models are transformers' own classes, so that nothing here says what a family computes. README.md says what each file is.
"""

import argparse
import json
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from gguf import GGUFWriter, RopeScalingType
from transformers import (
    AutoModelForCausalLM,
    Gemma3TextConfig,
    Gemma4TextConfig,
    GraniteConfig,
    Lfm2Config,
    LlamaConfig,
    Ministral3Config,
    Olmo3Config,
    Phi3Config,
    Qwen2Config,
    Qwen3Config,
    Qwen3_5TextConfig,
    SmolLM3Config,
)

HERE = Path(__file__).parent
FAMILIES = HERE / "families"
NUM_TOKENS, NUM_PROMPT = 112, 104
CONTEXT = 128
LIMIT = 1e-10
NORMAL, CONTROL = 1, 3

LAYER = {
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
POST_NORMS = {
    "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm",
    "post_ffw_norm": "post_feedforward_layernorm",
}
# Whose files hold the rows of queries and keys in another order.
ADJACENT = ("llama", "mistral3", "smollm3", "granite")
FUSED = {
    "attn_norm": "input_layernorm",
    "attn_qkv": "self_attn.qkv_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_up": "mlp.gate_up_proj",
    "ffn_down": "mlp.down_proj",
}
ONLY_POST_NORMS = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "attn_output": "self_attn.o_proj",
    "post_attention_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "post_ffw_norm": "post_feedforward_layernorm",
}
CONVOLVED = {
    "attn_norm": "operator_norm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_q_norm": "self_attn.q_layernorm",
    "attn_k_norm": "self_attn.k_layernorm",
    "attn_output": "self_attn.out_proj",
    "shortconv.in_proj": "conv.in_proj",
    "shortconv.conv": "conv.conv",
    "shortconv.out_proj": "conv.out_proj",
    "ffn_norm": "ffn_norm",
    "ffn_gate": "feed_forward.w1",
    "ffn_up": "feed_forward.w3",
    "ffn_down": "feed_forward.w2",
}
RECURRENT = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "attn_output": "self_attn.o_proj",
    "attn_qkv": "linear_attn.in_proj_qkv",
    "attn_gate": "linear_attn.in_proj_z",
    "ssm_beta": "linear_attn.in_proj_b",
    "ssm_alpha": "linear_attn.in_proj_a",
    "ssm_conv1d": "linear_attn.conv1d",
    "ssm_norm": "linear_attn.norm",
    "ssm_out": "linear_attn.out_proj",
    "post_attention_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
INPUT_BY_LAYER = {
    "inp_gate": "per_layer_input_gate",
    "proj": "per_layer_projection",
    "post_norm": "post_per_layer_input_norm",
}
HEAD_NORMS = {"attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm"}

# Sizes in which a head is no share of the hidden size; each is of a kind that some kernel has a body of its own for.
SIZES = {
    "vocab_size": 288,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 24,
    "max_position_embeddings": CONTEXT,
    "rms_norm_eps": 1e-5,
    "tie_word_embeddings": True,
}
DIVIDED = {
    "rope_type": "llama3",
    "rope_theta": 10_000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
YARN = {
    "rope_type": "yarn",
    "rope_theta": 10_000.0,
    "factor": 4.0,
    "beta_fast": 8.0,
    "beta_slow": 0.5,
    "original_max_position_embeddings": 128,
}
GROWING = {"mscale": 1.0, "mscale_all_dim": 0.5, "llama_4_scaling_beta": 0.1}
LONG = {
    "rope_type": "longrope",
    "rope_theta": 10_000.0,
    "partial_rotary_factor": 0.75,
    "original_max_position_embeddings": 64,
    "short_factor": [1.0 + 0.01 * pair for pair in range(12)],
    "long_factor": [1.5 + 0.25 * pair for pair in range(12)],
}

MODELS = {
    "llama-divided": {
        "arch": "llama",
        "config": LlamaConfig(**SIZES | {"head_dim": 16, "rope_parameters": DIVIDED}),
        "names": LAYER,
        "pre": "llama-bpe",
    },
    "llama-linear": {
        "arch": "llama",
        "config": LlamaConfig(
            **SIZES
            | {
                "num_hidden_layers": 1,
                "tie_word_embeddings": False,
                "rope_parameters": {"rope_type": "linear", "rope_theta": 10_000.0, "factor": 4.0},
            }
        ),
        "names": LAYER,
        "pre": "smollm",
    },
    "qwen2": {
        "arch": "qwen2",
        "config": Qwen2Config(**SIZES | {"head_dim": 16, "rope_parameters": {"rope_type": "default", "rope_theta": 1e6}}),
        "names": LAYER,
        "pre": "qwen2",
    },
    "qwen3": {
        "arch": "qwen3",
        "config": Qwen3Config(**SIZES | {"rope_parameters": {"rope_type": "default", "rope_theta": 1e6}}),
        "names": LAYER | HEAD_NORMS,
        "pre": "qwen2",
    },
    # A magnitude that is not 1; queries would grow from position 128 on.
    "mistral3": {
        "arch": "mistral3",
        "config": Ministral3Config(**SIZES | {"max_position_embeddings": 512, "rope_parameters": YARN | GROWING}),
        "names": LAYER,
        "pre": "llama-bpe",
    },
    # Five layers, of which the fourth does not rotate.
    "smollm3": {
        "arch": "smollm3",
        "config": SmolLM3Config(
            **SIZES
            | {
                "hidden_size": 48,
                "intermediate_size": 64,
                "num_hidden_layers": 5,
                "num_key_value_heads": 1,
                "head_dim": 16,
                "pad_token_id": 0,
                "rope_parameters": {"rope_type": "default", "rope_theta": 10_000.0},
            }
        ),
        "names": LAYER,
        "pre": "smollm",
    },
    # Three quarters of a head of 32 rotate; the window is longer than that of training, so that the long factors count.
    "phi3": {
        "arch": "phi3",
        "config": Phi3Config(
            **SIZES
            | {
                "hidden_size": 128,
                "intermediate_size": 64,
                "num_hidden_layers": 1,
                "head_dim": 32,
                "pad_token_id": 0,
                "sliding_window": 4 * CONTEXT,
                "original_max_position_embeddings": 64,
                "rope_parameters": LONG,
            }
        ),
        "names": FUSED,
        "pre": "gpt-2",
    },
    # Four scales, none of which is a power of two.
    "granite": {
        "arch": "granite",
        "config": GraniteConfig(
            **SIZES
            | {
                "head_dim": 16,
                "embedding_multiplier": 12.0,
                "attention_multiplier": 0.1,
                "residual_multiplier": 0.22,
                "logits_scaling": 6.0,
                "rope_parameters": {"rope_type": "default", "rope_theta": 10_000.0},
            }
        ),
        "names": LAYER,
        "pre": "refact",
    },
    # OLMo 2 but for its layers: three of four slide, without rope scaling.
    "olmo3": {
        "arch": "olmo2",
        "config": Olmo3Config(
            **SIZES
            | {
                "hidden_size": 48,
                "intermediate_size": 64,
                "num_hidden_layers": 4,
                "num_key_value_heads": 2,
                "head_dim": 16,
                "tie_word_embeddings": False,
                "sliding_window": 21,
                "rope_parameters": {
                    "sliding_attention": {"rope_type": "default", "rope_theta": 5e5},
                    "full_attention": YARN | {"rope_theta": 5e5},
                },
            }
        ),
        "names": ONLY_POST_NORMS,
        "pre": "gpt-2",
    },
    # Six layers, of which the last sees everything; one KV head; a window that is no multiple of anything.
    "gemma3": {
        "arch": "gemma3",
        "config": Gemma3TextConfig(
            **SIZES
            | {
                "hidden_size": 48,
                "intermediate_size": 64,
                "num_hidden_layers": 6,
                "num_key_value_heads": 1,
                "head_dim": 16,
                "query_pre_attn_scalar": 16,
                "sliding_window": 21,
                "rope_parameters": {
                    "sliding_attention": {"rope_type": "default", "rope_theta": 10_000.0},
                    "full_attention": {"rope_type": "linear", "rope_theta": 1e6, "factor": 8.0},
                },
            }
        ),
        "names": LAYER | HEAD_NORMS | POST_NORMS,
        "pre": "qwen2",
    },
    # Seven layers, of which the last two attend to the keys of others, one that slides and one that does not, and are twice as wide; heads
    # of two sizes; a quarter of the larger rotates; each layer gets something of its own of a token; logits are capped well below the largest.
    "gemma4": {
        "arch": "gemma4",
        "config": Gemma4TextConfig(
            **SIZES
            | {
                "hidden_size": 32,
                "intermediate_size": 48,
                "num_hidden_layers": 7,
                "num_attention_heads": 2,
                "num_key_value_heads": 1,
                "head_dim": 16,
                "global_head_dim": 32,
                "max_position_embeddings": 1024,
                "sliding_window": 21,
                "layer_types": [
                    *("sliding_attention", "full_attention", "sliding_attention", "sliding_attention"),
                    *("full_attention", "sliding_attention", "full_attention"),
                ],
                "num_kv_shared_layers": 2,
                "use_double_wide_mlp": True,
                "vocab_size_per_layer_input": 288,
                "hidden_size_per_layer_input": 16,
                "final_logit_softcapping": 3.0,
                "rope_parameters": {
                    "sliding_attention": {"rope_type": "default", "rope_theta": 10_000.0},
                    "full_attention": {"rope_type": "proportional", "partial_rotary_factor": 0.25, "rope_theta": 1e6},
                },
            }
        ),
        "names": LAYER | HEAD_NORMS | POST_NORMS | INPUT_BY_LAYER,
        "pre": "qwen2",
    },
    # Convolutions below, between and above two layers that attend.
    "lfm2": {
        "arch": "lfm2",
        "config": Lfm2Config(
            **{name: value for name, value in SIZES.items() if name not in ("head_dim", "rms_norm_eps")}
            | {
                "hidden_size": 48,
                "intermediate_size": 64,
                "num_hidden_layers": 5,
                "num_attention_heads": 3,
                "num_key_value_heads": 1,
                "max_position_embeddings": 1024,
                "norm_eps": 1e-5,
                "block_auto_adjust_ff_dim": False,
                "layer_types": ["conv", "full_attention", "conv", "full_attention", "conv"],
                "rope_parameters": {"rope_type": "default", "rope_theta": 1e6},
            }
        ),
        "names": CONVOLVED,
        "pre": "lfm2",
    },
    # Delta layers below, between and above two layers that attend; two value heads go with each key head; a quarter of a head rotates.
    "qwen35": {
        "arch": "qwen35",
        "config": Qwen3_5TextConfig(
            **SIZES
            | {
                "hidden_size": 32,
                "intermediate_size": 48,
                "num_hidden_layers": 5,
                "num_attention_heads": 2,
                "num_key_value_heads": 1,
                "head_dim": 32,
                "max_position_embeddings": 1024,
                "linear_num_key_heads": 2,
                "linear_num_value_heads": 4,
                "linear_key_head_dim": 16,
                "linear_value_head_dim": 16,
                "layer_types": [
                    "linear_attention",
                    "full_attention",
                    "linear_attention",
                    "full_attention",
                    "linear_attention",
                ],
                "rope_parameters": {
                    "rope_type": "default",
                    "rope_theta": 1e7,
                    "partial_rotary_factor": 0.25,
                    "mrope_section": [2, 1, 1],
                },
            }
        ),
        "names": RECURRENT,
        "pre": "qwen35",
    },
}


def set_weights(model: torch.nn.Module, seed: int) -> None:
    """Random weights as the file keeps them: matrices rounded to f16; no norm is all ones, no bias is zero."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in sorted(model.named_parameters()):
        drawn = torch.randn(parameter.shape, generator=generator, dtype=torch.float32)
        if parameter.dim() == 2:
            parameter.data = (drawn * 1.5 * parameter.shape[1] ** -0.5).half().float()
        elif parameter.dim() == 3 or name.endswith(("bias", "A_log")):
            parameter.data = 0.5 * drawn  # convolutions, too: what classes begin with there differs from run to run
        else:
            parameter.data = parameter.data + 0.3 * drawn
            # What divides products of queries and keys elsewhere is in the weights of Gemma 4.
            if name.endswith("q_norm.weight") and isinstance(model.config, Gemma4TextConfig):
                parameter.data *= parameter.shape[0] ** -0.5
    for name, scale in sorted(model.named_buffers()):
        if name.endswith("layer_scalar"):
            scale.fill_(0.5 + float(torch.rand(1, generator=generator)))


def adjacent(rows: torch.Tensor, head_dim: int) -> torch.Tensor:
    """Rows of heads in the order in which pairs (i, i + D / 2) become (2 i, 2 i + 1), as llama's files have them."""
    return rows.view(-1, 2, head_dim // 2, *rows.shape[1:]).transpose(1, 2).reshape(rows.shape)


def by_turns(values: torch.Tensor, num_key_heads: int, num_heads: int, first: int = 0) -> torch.Tensor:
    """Rows from `first` on, which are those of value heads, in files' order: one of each key head, then the next of each."""
    heads = values[first:].view(num_key_heads, num_heads // num_key_heads, -1, *values.shape[1:])
    return torch.cat((values[:first], heads.transpose(0, 1).reshape(values[first:].shape)))


def recurrent(values: torch.Tensor, name: str, config: Qwen3_5TextConfig) -> torch.Tensor:
    """A tensor of a delta layer as files have it."""
    keys, heads = config.linear_num_key_heads, config.linear_num_value_heads
    name = name.rpartition(".")[2]
    if name == "ssm_out":
        return by_turns(values.T.contiguous(), keys, heads).T.contiguous()
    if name in ("attn_qkv", "ssm_conv1d"):
        return by_turns(values.flatten(1), keys, heads, 2 * keys * config.linear_key_head_dim)
    return by_turns(values, keys, heads) if name in ("attn_gate", "ssm_beta", "ssm_alpha", "ssm_a", "ssm_dt") else values


def byte_tokens() -> list[str]:
    """GPT-2's characters of the 256 bytes, in the order of the bytes."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) if byte in printable else chr(256 + others.index(byte)) for byte in range(256)]


def add_tokenizer(writer: GGUFWriter, pre: str, vocab_size: int) -> None:
    specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    merges = "t h|th e|Ġ the|Ġ a|i n|e r|n d|Ġa nd|in g|o n".split("|")
    tokens = [*specials, *byte_tokens(), *(merge.replace(" ", "") for merge in merges)]
    tokens += [f"<unused {i}>" for i in range(vocab_size - len(tokens))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types([CONTROL if i < len(specials) else NORMAL for i in range(len(tokens))])
    writer.add_token_merges(merges)
    writer.add_eos_token_id(2)
    writer.add_chat_template("{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}")


def write_model(path: Path, model: torch.nn.Module, made: dict) -> None:
    config, arch = made["config"], made["arch"]
    rope = config.rope_parameters
    if "full_attention" in rope:
        rope = rope["full_attention"]
    writer = GGUFWriter(path, arch)
    writer.add_name(path.stem)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    if arch != "gemma4":
        writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    if arch == "lfm2":
        kinds = config.layer_types
        writer.add_head_count_kv([0 if kind == "conv" else config.num_key_value_heads for kind in kinds])
        writer.add_shortconv_l_cache(config.conv_L_cache)
        writer.add_layer_norm_rms_eps(config.norm_eps)
    else:
        writer.add_head_count_kv(config.num_key_value_heads)
        head_dim = config.per_layer_config["full_attention"].head_dim if arch == "gemma4" else config.head_dim
        writer.add_key_length(head_dim)
        writer.add_value_length(head_dim)
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(rope["rope_theta"])
    if rope["rope_type"] == "linear":
        writer.add_rope_scaling_type(RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    if rope["rope_type"] == "yarn":
        writer.add_rope_scaling_type(RopeScalingType.YARN)
        writer.add_rope_scaling_factor(rope["factor"])
        writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
        writer.add_rope_scaling_yarn_beta_fast(rope["beta_fast"])
        writer.add_rope_scaling_yarn_beta_slow(rope["beta_slow"])
        if "mscale_all_dim" in rope:
            writer.add_rope_scaling_yarn_log_mul(rope["mscale_all_dim"])
        if "llama_4_scaling_beta" in rope:
            writer.add_attn_temperature_scale(rope["llama_4_scaling_beta"])
    if rope["rope_type"] == "longrope":
        writer.add_rope_dimension_count(int(rope["partial_rotary_factor"] * config.head_dim))
        writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
        writer.add_rope_scaling_attn_factors(model.model.rotary_emb.attention_scaling)
        for length in ("short", "long"):
            writer.add_tensor(f"rope_factors_{length}.weight", np.float32(rope[f"{length}_factor"]))
    if arch == "gemma4":
        shared, size = config.num_kv_shared_layers, config.intermediate_size
        widths = [size] * (config.num_hidden_layers - shared) + [2 * size] * shared
        writer.add_feed_forward_length(widths)
        writer.add_shared_kv_layers(shared)
        writer.add_embedding_length_per_layer_input(config.hidden_size_per_layer_input)
        writer.add_sliding_window_pattern([kind == "sliding_attention" for kind in config.layer_types])
        sliding_dim = config.per_layer_config["sliding_attention"].head_dim
        writer.add_key_length_swa(sliding_dim)
        writer.add_value_length_swa(sliding_dim)
        writer.add_rope_dimension_count(head_dim)
        writer.add_rope_dimension_count_swa(sliding_dim)
        writer.add_float32("gemma4.rope.freq_base_swa", config.rope_parameters["sliding_attention"]["rope_theta"])
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
        turning = int(head_dim * rope["partial_rotary_factor"] / 2)
        writer.add_tensor("rope_freqs.weight", np.float32([1.0] * turning + [1e30] * (head_dim // 2 - turning)))
    if arch == "granite":
        writer.add_embedding_scale(config.embedding_multiplier)
        writer.add_attention_scale(config.attention_multiplier)
        writer.add_residual_scale(config.residual_multiplier)
        writer.add_logit_scale(config.logits_scaling)
    if arch == "qwen35":
        writer.add_rope_dimension_count(int(rope["partial_rotary_factor"] * config.head_dim))
        writer.add_rope_dimension_sections([*rope["mrope_section"], 0])
        writer.add_array("qwen35.attention.recurrent_layers", [kind == "linear_attention" for kind in config.layer_types])
        writer.add_ssm_conv_kernel(config.linear_conv_kernel_dim)
        writer.add_ssm_state_size(config.linear_key_head_dim)
        writer.add_ssm_group_count(config.linear_num_key_heads)
        writer.add_ssm_time_step_rank(config.linear_num_value_heads)
        writer.add_ssm_inner_size(config.linear_num_value_heads * config.linear_value_head_dim)
    if getattr(config, "sliding_window", None) is not None:
        writer.add_sliding_window(config.sliding_window)
    add_tokenizer(writer, made["pre"], config.vocab_size)

    state = model.state_dict()

    def add(name: str, source: str, kind: str) -> None:
        values = state[f"{source}.{kind}"]
        if name.endswith("shortconv.conv"):
            writer.add_tensor(f"{name}.{kind}", values.squeeze(1).numpy())
            return
        if arch in ADJACENT and name.endswith(("attn_q", "attn_k")):
            values = adjacent(values, config.head_dim)
        if arch == "qwen35" and "linear_attn" in source:
            values = recurrent(values, name, config)
        elif arch in ("gemma3", "qwen35") and values.dim() == 1:
            values = 1 + values  # files hold what is multiplied by
        is_matrix = values.dim() == 2 and not name.endswith("ssm_conv1d")
        writer.add_tensor(f"{name}.{kind}", values.numpy().astype(np.float16 if is_matrix else np.float32))

    if rope["rope_type"] == "llama3":
        plain = 1.0 / rope["rope_theta"] ** (torch.arange(0, config.head_dim, 2).float() / config.head_dim)
        writer.add_tensor("rope_freqs.weight", (plain / model.model.rotary_emb.inv_freq).numpy())
    add("token_embd", "model.embed_tokens", "weight")
    if arch == "gemma4":
        add("per_layer_token_embd", "model.embed_tokens_per_layer", "weight")
        add("per_layer_model_proj", "model.per_layer_model_projection", "weight")
        add("per_layer_proj_norm", "model.per_layer_projection_norm", "weight")
        for layer in range(config.num_hidden_layers):
            writer.add_tensor(f"blk.{layer}.layer_output_scale.weight", state[f"model.layers.{layer}.layer_scalar"].numpy())
    for layer in range(config.num_hidden_layers):
        for name, source in made["names"].items():
            for kind in ("weight", "bias"):
                if f"model.layers.{layer}.{source}.{kind}" in state:
                    add(f"blk.{layer}.{name}", f"model.layers.{layer}.{source}", kind)
        if f"model.layers.{layer}.linear_attn.A_log" in state:
            of_layer = f"model.layers.{layer}.linear_attn"
            decay = recurrent(-torch.exp(state[f"{of_layer}.A_log"]), "ssm_a", config)
            writer.add_tensor(f"blk.{layer}.ssm_a", decay.numpy())
            bias = recurrent(state[f"{of_layer}.dt_bias"], "ssm_dt", config)
            writer.add_tensor(f"blk.{layer}.ssm_dt.bias", bias.numpy())
    if arch == "lfm2":
        add("token_embd_norm", "model.embedding_norm", "weight")
    else:
        add("output_norm", "model.norm", "weight")
    if not config.tie_word_embeddings:
        add("output", "lm_head", "weight")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def make(folder: Path) -> None:
    """One GGUF file a model; its logits after the prompt and after each token behind it, f32; families.json names them."""
    described = []
    for name, made in MODELS.items():
        seed = zlib.crc32(name.encode())
        made["config"]._attn_implementation = "eager"
        model = AutoModelForCausalLM.from_config(made["config"]).float().eval()
        set_weights(model, seed)
        write_model(folder / f"{name}.gguf", model, made)
        generator = torch.Generator().manual_seed(seed + 1)
        ids = torch.randint(0, made["config"].vocab_size, (NUM_TOKENS,), generator=generator)
        logits = model.double()(ids[None]).logits[0, NUM_PROMPT - 1 :]
        (folder / f"{name}.f32").write_bytes(logits.numpy().astype("<f4").tobytes())
        described.append({"name": name, "numPrompt": NUM_PROMPT, "ids": ids.tolist()})
    (folder / "families.json").write_text(json.dumps(described) + "\n")


def differences(made: Path, kept: Path) -> int:
    """Prints a line for each file. Returns 1 if one is another, or logits differ by more than rounding."""
    failed = False
    for path in sorted(path for path in made.rglob("*") if path.is_file()):
        name = path.relative_to(made)
        want, got = (kept / name).read_bytes(), path.read_bytes()
        if path.suffix == ".f32":
            a, b = (np.frombuffer(each, "<f4").astype(float) for each in (got, want))
            error = float(((a - b) ** 2).sum() / (b**2).sum()) if a.shape == b.shape else float("inf")
        else:
            error = 0.0 if want == got else float("inf")
        failed |= not error <= LIMIT
        print(f"{name}: {len(got)} bytes, NMSE {error:.1e}")
    return int(failed)


def run(description: str | None, make: Callable[[Path], None], kept: Path) -> int:
    """The command line: writes what `make` puts in a folder, or compares that with what is kept."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    args = parser.parse_args()
    torch.set_grad_enabled(False)
    if args.write is not None:
        args.write.mkdir(parents=True, exist_ok=True)
        make(args.write)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
        return differences(Path(folder), kept)


if __name__ == "__main__":
    sys.exit(run(__doc__, make, FAMILIES))
