"""all-MiniLM-L6-v2 as plain PyTorch, with the heads of the reader."""

import json
import zipfile
from importlib import resources

import torch
from safetensors.torch import load
from torch import nn
from torch.nn import functional as F

from . import ROUTES, SLOTS

WIDTH, LAYERS, HEADS, INNER = 384, 6, 12, 1536
LONGEST = 512


class Layer(nn.Module):
    """One transformer layer, normalised after each half as in BERT."""

    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm_attention = nn.LayerNorm(WIDTH, eps=1e-12)
        self.widen = nn.Linear(WIDTH, INNER)
        self.narrow = nn.Linear(INNER, WIDTH)
        self.norm_inner = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, x, mask, dropout):
        batch, length, _ = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        # Written out: the fused kernel is three times slower backwards on a CPU.
        near = (q * (WIDTH // HEADS) ** -0.5) @ k.transpose(2, 3) + mask
        mixed = torch.softmax(near, 3).to(v.dtype) @ v
        mixed = mixed.transpose(1, 2).reshape(batch, length, WIDTH)
        x = self.norm_attention(x + self.out(mixed))
        inner = self.narrow(F.gelu(self.widen(x)))
        return self.norm_inner(x + F.dropout(inner, dropout, self.training))


class Reader(nn.Module):
    """Logits for each token (slots, spans) and for the whole mail (route, urgent).

    The logit of a sentence is the mean of its tokens' `slots`, its marker included.
    """

    def __init__(self, pieces, dropout=0.1):
        super().__init__()
        self.dropout = dropout
        self.words = nn.Embedding(pieces, WIDTH)
        self.places = nn.Embedding(LONGEST, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.slots = nn.Linear(WIDTH, len(SLOTS))
        self.spans = nn.Linear(WIDTH, len(SLOTS))
        self.route = nn.Linear(WIDTH, len(ROUTES))
        self.urgent = nn.Linear(WIDTH, 1)

    def forward(self, ids, is_token):
        """`ids` [mails, length]; `is_token` is false where a mail is padded."""
        x = self.norm(self.words(ids) + self.places.weight[: ids.shape[1]])
        x = F.dropout(x, self.dropout, self.training)
        mask = torch.where(is_token, 0.0, -1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask, self.dropout)
        x = F.dropout(x, self.dropout, self.training)
        weight = is_token[..., None].to(x.dtype)
        whole = (x * weight).sum(1) / weight.sum(1)
        return self.slots(x), self.spans(x), self.route(whole), self.urgent(whole)


def pretrained():
    """The published weights and their vocabulary."""
    packed = resources.files("all_minilm_l6_v2").joinpath("model.zip")
    with packed.open("rb") as file, zipfile.ZipFile(file) as model:
        weights = load(model.read("model.safetensors"))
        vocabulary = json.loads(model.read("tokenizer.json"))["model"]["vocab"]
    return weights, sorted(vocabulary, key=vocabulary.get)


def start(weights, rows):
    """A reader that begins with the published weights; `rows` are the word vectors to keep."""
    reader = Reader(len(rows))
    state = reader.state_dict()
    kinds = weights["embeddings.token_type_embeddings.weight"][0]
    state["words.weight"] = weights["embeddings.word_embeddings.weight"][rows]
    # Every token is of the first kind, so its vector can be part of the place.
    state["places.weight"] = weights["embeddings.position_embeddings.weight"] + kinds
    for part in ("weight", "bias"):
        state[f"norm.{part}"] = weights[f"embeddings.LayerNorm.{part}"]
        for number in range(LAYERS):
            theirs = f"encoder.layer.{number}."
            ours = f"layers.{number}."
            heads = [
                weights[f"{theirs}attention.self.{x}.{part}"] for x in ("query", "key", "value")
            ]
            state[f"{ours}qkv.{part}"] = torch.cat(heads)
            for mine, other in (
                ("out", "attention.output.dense"),
                ("norm_attention", "attention.output.LayerNorm"),
                ("widen", "intermediate.dense"),
                ("narrow", "output.dense"),
                ("norm_inner", "output.LayerNorm"),
            ):
                state[f"{ours}{mine}.{part}"] = weights[f"{theirs}{other}.{part}"]
    reader.load_state_dict(state)
    return reader
