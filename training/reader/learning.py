"""Fine-tuning."""

import random

import torch
from torch.nn import functional as F

from . import ROUTES, network
from .encoding import batch_of
from .encoding import windows as windows_of
from .joining import joined

EPOCHS = 3
TOKENS_A_BATCH = 2_000
RATE, RATE_OF_HEADS = 1.5e-4, 1e-3
WARM_UP = 0.1
# How much each head counts beside the sentence head.
SPANS, ROUTE, URGENT = 0.4, 0.2, 0.2
# Most mails are for the consultancy; those that are not should not be lost among them.
ROUTE_WEIGHTS = torch.tensor([0.4 if route == "consultancy" else 1.0 for route in ROUTES])
# Whole mails with exact answers are what the service meets, so they are seen more often an epoch.
TIMES_LABELLED = 2


def train(mails, tokenizer, weights, rows, seed):
    """A reader fine-tuned on `mails`, whose sentences are joined anew for each epoch."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    reader = network.start(weights, rows)
    reader.words.weight.requires_grad_(False)
    heads = [p for n, p in reader.named_parameters() if n.split(".")[0] in HEAD_NAMES]
    body = [p for n, p in reader.named_parameters() if n.split(".")[0] not in HEAD_NAMES]
    body = [p for p in body if p.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": body, "lr": RATE}, {"params": heads, "lr": RATE_OF_HEADS}],
        weight_decay=0.01,
        fused=True,
    )
    steps = EPOCHS * len(_batches(mails, tokenizer, random.Random(0)))
    warm = WARM_UP * steps
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))
    )
    reader.train()
    # A little more than planned by chance only adds steps at the smallest rate.
    for _ in range(EPOCHS):
        for some in _batches(mails, tokenizer, chance):
            batch = batch_of(some)
            optimiser.zero_grad()
            loss(reader, batch).backward()
            torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimiser.step()
            schedule.step()
    return reader.eval()


HEAD_NAMES = ("slots", "spans", "route", "urgent")


def _batches(mails, tokenizer, chance):
    """Windows of like length together, in an order by chance."""
    windows = [
        one
        for mail in mails
        for _ in range(TIMES_LABELLED if mail.label else 1)
        for one in windows_of(joined(mail, chance), tokenizer)
    ]
    ordered = sorted(windows, key=lambda window: len(window.ids) * chance.uniform(0.85, 1.15))
    batches, current = [], []
    for window in ordered:
        if current and (len(current) + 1) * len(window.ids) > TOKENS_A_BATCH:
            batches.append(current)
            current = []
        current.append(window)
    batches.append(current)
    chance.shuffle(batches)
    return batches


def loss(reader, batch):
    """The sum of the heads' losses, each over what is labelled."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        slots, spans, route, urgent = reader(batch.ids, batch.is_token)
    slots, spans, route, urgent = slots.float(), spans.float(), route.float(), urgent.float()
    of_sentences = torch.sparse.mm(batch.pool, slots.flatten(0, 1))
    total = F.binary_cross_entropy_with_logits(of_sentences, batch.slots) * batch.slots.shape[1]
    if batch.span_weight.any():
        by_token = F.binary_cross_entropy_with_logits(spans, batch.spans, reduction="none")
        total = total + SPANS * (by_token * batch.span_weight).sum() / batch.span_weight.sum()
    if (batch.route >= 0).any():
        total = total + ROUTE * F.cross_entropy(route, batch.route, ROUTE_WEIGHTS, ignore_index=-1)
    by_mail = F.binary_cross_entropy_with_logits(urgent[:, 0], batch.urgent, reduction="none")
    return total + URGENT * (by_mail * batch.urgent_weight).mean()
