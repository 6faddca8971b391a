"""Writing a model folder: sentence-transformers' layout, float16, and the manifest."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save
from tokenizers import Tokenizer

from matching.embedding.model_file import TOKENIZER, WEIGHTS, WEIGHTS_KEY, Manifest, write_manifest

_LIBRARY = "sentence_transformers"
_STATIC = "sentence_transformer.modules.static_embedding.StaticEmbedding"
_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": f"{_LIBRARY}.{_STATIC}"},
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{_LIBRARY}.base.modules.normalize.Normalize"},
]
_NORMALIZE = {"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"}
_CONFIG: dict[str, object] = {
    "model_type": "SentenceTransformer",
    "prompts": {},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}


def write_folder(folder: Path, name: str, tokenizer: Tokenizer, rows: NDArray[np.float32]) -> Manifest:
    """The folder holds `tokenizer` and `rows` (tokens, dim), stored as float16, and the manifest over its files.

    A model card that is already there stays.
    """
    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    _write_json(folder / "modules.json", _MODULES)
    _write_json(folder / "1_Normalize" / "config.json", _NORMALIZE)
    _write_json(folder / "config_sentence_transformers.json", _CONFIG)
    (folder / TOKENIZER).write_text(tokenizer.to_str(pretty=False), encoding="utf-8")
    (folder / WEIGHTS).write_bytes(save({WEIGHTS_KEY: np.ascontiguousarray(rows, dtype=np.float16)}))
    return write_manifest(folder, name, int(rows.shape[1]))


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
