"""tiny_model.py FOLDER: a two-layer Llama without weights (served with --load-format dummy), with tokenizer and chat template."""

import itertools
import json
import os
import string
import sys

from tokenizers import Tokenizer, decoders, models, pre_tokenizers

HEADS = 8
HEAD_DIM = 64
VOCABULARY = 1024
CONTEXT = 2048


def tokenizer():
    """Byte-level pairs: every text has a token sequence, and two lower-case letters are one token."""
    vocab = {"<s>": 0, "</s>": 1, "<pad>": 2}
    for char in sorted(pre_tokenizers.ByteLevel.alphabet()):
        vocab[char] = len(vocab)
    merges = [(a, b) for a, b in itertools.product(string.ascii_lowercase, repeat=2)][:600]
    merges += [("\u0120", c) for c in string.ascii_lowercase]
    for left, right in merges:
        vocab[left + right] = len(vocab)
    result = Tokenizer(models.BPE(vocab=vocab, merges=merges))
    result.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    result.decoder = decoders.ByteLevel()
    result.add_special_tokens(["<s>", "</s>", "<pad>"])
    return result


def main(folder):
    os.makedirs(folder, exist_ok=True)
    tokenizer().save(os.path.join(folder, "tokenizer.json"))
    files = {
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": "<s>",
            "eos_token": "</s>",
            "pad_token": "<pad>",
            "model_max_length": CONTEXT,
            "clean_up_tokenization_spaces": False,
            "chat_template": "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
            "{% if add_generation_prompt %}assistant: {% endif %}",
        },
        "config.json": {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "vocab_size": VOCABULARY,
            "hidden_size": HEADS * HEAD_DIM,
            "intermediate_size": 512,
            "num_hidden_layers": 2,
            "num_attention_heads": HEADS,
            "num_key_value_heads": HEADS,
            "head_dim": HEAD_DIM,
            "max_position_embeddings": CONTEXT,
            "rms_norm_eps": 1e-5,
            "rope_theta": 10000.0,
            "hidden_act": "silu",
            "tie_word_embeddings": False,
            "bos_token_id": 0,
            "eos_token_id": 1,
            "pad_token_id": 2,
            "torch_dtype": "bfloat16",
        },
        "generation_config.json": {"bos_token_id": 0, "eos_token_id": 1},
    }
    for name, content in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
            json.dump(content, out, indent=1)


main(sys.argv[1])
