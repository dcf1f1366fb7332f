"""A GGUF file's own vocabulary as a `tokenizer.json`, with its chat template. Knows no engine and no prompt.

Written without the normaliser some models publish (Unicode NFC): a completion must give back exactly the text it was
given, and llama.cpp, which these files are made for, does not normalise either.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from inglenook_server.errors import ModelError

CONTROL, USER_DEFINED = 3, 4
"""GGUF token types: control tokens are never text; user-defined ones are text that is one token."""

_QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
_LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)


def write_tokenizer(fields: dict[str, Any], folder: Path) -> None:
    """Write tokenizer.json, tokenizer_config.json and config.json for a GGUF file's metadata `fields`.

    Raises ModelError for a tokenizer other than byte-level BPE with one of the known splitting rules.
    """
    from tokenizers import AddedToken, Tokenizer, decoders, models

    family = fields.get("tokenizer.ggml.model")
    rule = str(fields.get("tokenizer.ggml.pre", "gpt-2"))
    if family != "gpt2":
        raise ModelError(f"Tokenizers of the kind {family} can't be read from GGUF files yet.", _MEND)
    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    types: list[int] = fields["tokenizer.ggml.token_type"]
    merges = [tuple(merge.split(" ", 1)) for merge in fields["tokenizer.ggml.merges"]]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, ignore_merges=rule == "llama-bpe"))
    tokenizer.pre_tokenizer = _splitter(rule)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [
            AddedToken(t, special=True, normalized=False)
            for t, kind in zip(tokens, types, strict=True)
            if kind == CONTROL
        ]
    )
    tokenizer.add_tokens(
        [AddedToken(t, normalized=False) for t, kind in zip(tokens, types, strict=True) if kind == USER_DEFINED]
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    eos = fields.get("tokenizer.ggml.eos_token_id")
    bos = fields.get("tokenizer.ggml.bos_token_id")
    _write(
        folder / "tokenizer_config.json",
        {
            "chat_template": fields.get("tokenizer.chat_template", ""),
            "eos_token": tokens[eos] if eos is not None else None,
            "bos_token": tokens[bos] if bos is not None else None,
            "add_bos_token": bool(fields.get("tokenizer.ggml.add_bos_token", False)),
        },
    )
    architecture = fields["general.architecture"]
    _write(
        folder / "config.json",
        {
            "model_type": architecture,
            "max_position_embeddings": fields[f"{architecture}.context_length"],
            "hidden_size": fields[f"{architecture}.embedding_length"],
            "num_hidden_layers": fields[f"{architecture}.block_count"],
            "vocab_size": len(tokens),
            "eos_token_id": eos,
            "bos_token_id": bos,
        },
    )


_MEND = "export the model with optimum-cli export openvino and give the folder as the model"


def _splitter(rule: str) -> Any:
    """How text is cut into words before byte-pair merging; the names are llama.cpp's."""
    from tokenizers import Regex, pre_tokenizers

    if rule in ("gpt-2", "default"):
        return pre_tokenizers.ByteLevel(add_prefix_space=False)
    if rule in ("smollm", "starcoder", "refact", "codeshell"):
        return pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
        )
    pattern = {"qwen2": _QWEN2, "llama-bpe": _LLAMA3, "llama3": _LLAMA3}.get(rule)
    if pattern is None:
        raise ModelError(f"The splitting rule {rule} of this GGUF file's tokenizer is not known.", _MEND)
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def _write(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
