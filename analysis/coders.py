"""Coders: rows of a text for somebody else to judge, and how far two who judged them agree.

A row of a sheet is a judgement that a lens makes: whose words, hedged or not, a danger or not, spoken ill of or not.
Who judges it, a person or a language model, sees the words and a question, and never what the lens says: that is the
key. ``codebooks/coding.toml`` has the questions and the rules.

Of every kind as many rows are drawn where the lens speaks as where it is silent, so that what it misses is counted too;
``corrected`` weighs each row by how many it stands for. A row is drawn by a hash of where it stands and a seed: the
same texts give the same sheet on every machine.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from filecmp import cmp
from functools import partial
from hashlib import sha256
from heapq import nsmallest
from itertools import zip_longest
from math import nan
from pathlib import Path

import numpy as np
import pandas as pd
from nltk.metrics.agreement import AnnotationTask

from . import hedging, output, stance, stats, threat, voices
from .codebook import HERE
from .show import safe, visible
from .tables import decoded, records
from .text import Text

CODEBOOK = tomllib.loads((HERE / "coding.toml").read_text("utf-8"))
HOW, PROMPT = CODEBOOK.pop("how"), CODEBOOK.pop("prompt")
SHEET = "id text sentence before words after question answers answer note".split()
KEY = "id answers answer stratum of total".split()
ROLES = ("neither", "threatens", "is threatened", "both")
AROUND, LONGEST = 2, 700  # sentences shown before and behind, and characters of them at most
BETWEEN = " | "  # the answers of a row


class SheetError(ValueError):
    """A sheet that cannot be drawn, read or compared: one plain line."""


# --- drawing rows


def draw(texts: Iterable[Text], n: int = 100, seed: int = 1) -> pd.DataFrame:
    """At most ``n`` rows to judge: as many of each kind, of each as many where the lens speaks as where it does not.

    Columns: id, kind, text (its name), sentence (its number, from 1), before, words (the sentence, in it what is asked
    about in double brackets), after, question, answers (to choose from), answer (the lens's), stratum (among which rows
    this one was drawn), of (how many these are), total (the rows of its kind). A text that comes twice counts once.

    >>> rows = draw([Text("It might fail. It rains.")])
    >>> sorted(rows[rows.kind == "hedged"][["words", "answer"]].values.tolist())
    [['It might fail.', 'yes'], ['It rains.', 'no']]
    """
    kept, sizes, seen = defaultdict(list), Counter(), set()
    for text in (replace(it, corrections=None) for it in texts):  # a key has what the lenses say by themselves
        digest = sha256(text.raw.encode("utf-8", "surrogatepass")).hexdigest()
        for kind, start, end, answer in () if digest in seen else _judged(text):
            row = {"id": f"{kind}-{_hash(digest, kind, start, end)}"} | _row(text, kind, start, end, answer)
            kept[kind, row["stratum"]].append(row)
            sizes.update([kind, (kind, row["stratum"])])
        seen.add(digest)
        for stratum, rows in kept.items():  # memory stays flat, whatever comes
            kept[stratum] = nsmallest(n, rows, lambda row: _hash(seed, row["id"]))
    drawn = _by_turns(_by_turns(kept[own] for own in sorted(kept) if own[0] == kind) for kind in CODEBOOK)
    if n < 1 or not drawn:
        raise SheetError("no row can be drawn: give texts that have sentences, and a number of rows (-n) of 1 or more")
    kinds = [*CODEBOOK]  # within a kind by id: in the order in which they were drawn small strata would come last
    rows = sorted(drawn[:n], key=lambda row: (kinds.index(row["kind"]), row["id"]))
    counts = ({"of": sizes[row["kind"], row["stratum"]], "total": sizes[row["kind"]]} for row in rows)
    return pd.DataFrame(map(dict.__or__, rows, counts))


def _hash(*parts: object) -> str:
    return sha256(" ".join(map(str, parts)).encode()).hexdigest()[:10]


def _by_turns(lists: Iterable[list]) -> list:
    return [row for turn in zip_longest(*lists) for row in turn if row is not None]


def _judged(text: Text) -> Iterator[tuple[str, int, int, str]]:
    """What the lenses say, and where they say nothing: kind, start, end and answer."""
    for it in text.passages if text.bounds else ():
        first, last = text.bounds[_number(text, it.start)]
        if max(it.start, first) < min(it.end, last):  # a stage direction has no sentence
            yield "voice", max(it.start, first), min(it.end, last), _name(it.voice)
    sentence = hedging.sentences(text)
    told = {
        "hedged": {*sentence.index[sentence.hedged]},
        "boosted": {*sentence.index[sentence.boosted]},
        "threat": {*np.flatnonzero(threat.sentences(text).threat)},
        "act": {*stance.relations(text).sentence},
        "reported": {*map(text.sentence_at, voices.reports(text).start)},
    }
    for kind, yes in told.items():
        for number, (start, end) in enumerate(text.bounds):
            yield kind, start, end, "yes" if number in yes else "no"
    sides = defaultdict(lambda: ("", ""))
    for it in threat.claims(text).itertuples():
        agents, referents = sides[it.sentence]
        sides[it.sentence] = f"{agents} | {it.agent}", f"{referents} | {it.referent}"
    for it in stance.toward(text).itertuples():
        named = re.compile(rf"(?<!\w)(?:{re.escape(it.actor)}|{re.escape(it.mention)})(?!\w)")
        threatens, threatened = (bool(named.search(side)) for side in sides[it.sentence])
        yield "role", it.start, it.end, ROLES[threatens + 2 * threatened]
        yield "stance", it.start, it.end, it.polarity


def _row(text: Text, kind: str, start: int, end: int, answer: str) -> dict[str, object]:
    """A row of a sheet: its sentence, in it the words asked about, and what stands around it."""
    number, asked, its = _number(text, start), text.raw[start:end], CODEBOOK[kind]
    (first, last), near = text.bounds[number], text.bounds[max(number - AROUND, 0) : number + AROUND + 1]
    asked = f"[[{asked}]]" if "brackets" in its["question"] else asked
    answers, names = its["answers"], {_name(it.voice) for it in text.passages if kind == "voice"}
    row = {"kind": kind, "text": visible(text.name), "sentence": number + 1}
    row["before"] = _line(text.raw[near[0][0] * (number > AROUND) : first][-LONGEST:])
    row["words"] = _line(text.raw[first:start] + asked + text.raw[end:last])
    row["after"] = _line(text.raw[last : near[-1][1]][:LONGEST])
    row |= {"question": its["question"], "answers": BETWEEN.join([*answers, *sorted(names - {*answers})])}
    return row | {"answer": answer, "stratum": answer if answer in answers else "a name"}


def _number(text: Text, offset: int) -> int:
    """The sentence that holds an offset, or the first behind it, if there is one."""
    number = text.sentence_at(offset)
    return min(number + (text.bounds[number][1] <= offset), len(text.bounds) - 1)


def _line(words: str) -> str:
    return visible(" ".join(words.split()))


def _name(voice: str) -> str:
    return _line(voice).replace("|", "/")


# --- sheets as files


def save(sheet: pd.DataFrame, path: str | Path) -> list[Path]:
    """Write what `draw` drew: a sheet to NAME.csv and its rules to NAME.codebook.txt, or to NAME.jsonl prompts for a
    language model; and what the lenses say to NAME.key.csv. Returns the files; FileExistsError if another sheet stands
    there, or the same with answers.
    """
    path = Path(path)
    if path.suffix not in (".csv", ".jsonl"):
        raise SheetError(f"{path}: a sheet is a .csv file, tasks are a .jsonl file; give it that ending")
    contents = {path.with_suffix(".key.csv"): _csv(sheet[KEY])}
    if path.suffix == ".csv":
        asked = [(CODEBOOK[kind], BETWEEN.join(CODEBOOK[kind]["answers"])) for kind in dict.fromkeys(sheet.kind)]
        rules = "\n".join([HOW, *(f"{it['question']}\n{it['rule']}\nAnswers: {answers}\n" for it, answers in asked)])
        contents |= {path: _csv(sheet.assign(answer="", note="")[SHEET]), path.with_suffix(".codebook.txt"): rules}
    else:
        prompts = [PROMPT.format(**CODEBOOK[row["kind"]] | row) for row in sheet.to_dict("records")]
        tasks = sheet[["id"]].assign(prompt=prompts, answers=sheet.answers, answer="")
        contents[path] = tasks.to_json(orient="records", lines=True)
    with output.aside(path.parent, partial(cmp, shallow=False)) as made:
        for file, content in contents.items():
            Path(made, file.name).write_text(content, "utf-8", "backslashreplace", newline="")
    return sorted(contents)


def _csv(table: pd.DataFrame) -> str:
    """A table for spreadsheets, with the mark by which Excel knows UTF-8."""
    return "\ufeff" + safe(table).to_csv(index=False)


def read(path: str | Path) -> pd.DataFrame:
    """What a sheet, a key (CSV) or tasks (JSON Lines, each an object with ``id`` and ``answer``) say, by the row's id.

    Columns: where (in the file), kind, answer ("" where none is given), answers (to choose from), and of a key stratum,
    of and total. CSV may have commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252. SheetError, or
    CodebookError of a table, with the file, the row and the reason.
    """
    rows: dict[str, dict] = {}
    for where, row in _rows(Path(path)):
        name, kind = row["id"], row["id"].partition("-")[0]
        if kind not in CODEBOOK:
            raise SheetError(f"{where}: {name!r} is no id of a sheet; take the ids from the sheet as they are")
        if name in rows:
            raise SheetError(f"{where}: {name} stands in {rows[name]['where']} already; delete one of the two")
        if not (row.get("of") or "0").isdecimal() or not (row.get("total") or "0").isdecimal():
            raise SheetError(f"{where}: 'of' and 'total' are no counts; take the key as it was written")
        answers = [*CODEBOOK[kind]["answers"], *filter(None, map(_line, row.get("answers", "").split(BETWEEN)))]
        rows[name] = {"where": where, "kind": kind, "answer": _line(row["answer"]), "stratum": row.get("stratum", "")}
        rows[name]["answers"] = {_fold(answer): answer for answer in answers}
        rows[name] |= {column: int(row.get(column) or 0) for column in ("of", "total")}
    if not rows:
        raise SheetError(f"{path}: it holds no rows; give what `subtext sample` or `subtext tasks` wrote")
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")


def _rows(path: Path) -> Iterator[tuple[str, dict]]:
    """The rows of a file in CSV or JSON Lines, each with its place."""
    data = path.read_bytes()
    if data.startswith(b"PK"):
        raise SheetError(f"{path}: this is a workbook; save the sheet as CSV (UTF-8)")
    source = decoded(data)
    if not source.lstrip().startswith("{"):
        yield from records(source, str(path), ("id", "answer"), (*SHEET, *KEY))
        return
    for number, line in enumerate(source.split("\n"), 1):
        where = f"{path}: line {number}"
        try:
            if line.strip():
                row = {"answers": ""} | json.loads(line)
                row["answer"] = {"True": "yes", "False": "no"}.get(str(row["answer"]), row["answer"])
                yield where, {key: str(row[key] or "") for key in ("id", "answer", "answers")}
        except (ValueError, TypeError, KeyError, RecursionError):
            form = '{"id": "…", "answer": "…"}'
            raise SheetError(f"{where} is not as {form}; complete it, or delete the line") from None


def _fold(answer: str) -> str:
    """An answer without what does not matter: capitals, a spreadsheet's apostrophe, what models write around it."""
    around = " .\"'*_`“”‘’[]"
    return answer.casefold().strip(around).removeprefix("answer:").strip(around)


# --- how far two agree


def fit(first: pd.DataFrame, second: pd.DataFrame, names: tuple = ("the first", "the second")) -> pd.DataFrame:
    """Two readings of one sheet side by side: kind, first and second (the answers), by id, where both gave an answer.

    SheetError if they hold other rows, if an answer is none of those to choose from, or if no row was judged by both.
    """
    for one, other, name, of in ((first, second, *names), (second, first, *names[::-1])):
        if len(lacking := other.index.difference(one.index)):
            rows = f"{name} lacks {len(lacking)} of the {len(other)} rows of {of}, as {lacking[0]}"
            raise SheetError(f"{rows}; compare readings of one sheet, and leave blank what is not judged")
    for row in first.join(second.answers.rename("others")).itertuples():
        called = [{*answers.values()} - {*CODEBOOK[row.kind]["answers"]} for answers in (row.answers, row.others)]
        if all(called) and called[0] != called[1]:
            choices = "the choices of this row are not the same in both"
            raise SheetError(f"{row.where}: {choices}; save them as CSV (UTF-8), with the column 'answers' as it was")
    both = pd.DataFrame({"kind": first.kind, "first": "", "second": ""})
    for column, table in (("first", first), ("second", second)):
        for name, row in table.iterrows():
            allowed = first.answers[name] | second.answers[name] | {"": ""}
            if (answer := _fold(row.answer)) not in allowed:
                choice = f"write one of {', '.join(filter(None, allowed.values()))}, or leave it blank"
                raise SheetError(f"{row['where']}: {row.answer!r} is no answer; {choice}")
            both.at[name, column] = allowed[answer]
    both = both[both["first"].ne("") & both["second"].ne("")]
    if both.empty:
        raise SheetError(f"no row has an answer in both {names[0]} and {names[1]}; fill in the column 'answer'")
    return both


def agreement(both: pd.DataFrame) -> pd.DataFrame:
    """How far two readings agree, a row a kind: kind, rows, agree (a share, with Wilson's 95 % interval), kappa, alpha.

    Cohen's kappa (1960) and Krippendorff's alpha (2018, nominal), by NLTK, take off what chance would agree on; both
    are NaN where one answer alone was given. Krippendorff asks for an alpha of .800, of .667 for tentative conclusions.

    >>> both = pd.DataFrame({"kind": "hedged", "first": [*"0100000010"], "second": [*"1110010000"]})
    >>> agreement(both)[["rows", "agree", "kappa", "alpha"]].round(3).values.tolist()
    [[10.0, 0.6, 0.091, 0.095]]
    """
    rows = []
    for kind, own in both.groupby("kind", sort=False):
        same, answers = (own["first"] == own["second"]).sum(), own[["first", "second"]].stack()
        task = AnnotationTask([(who, name, answer) for (name, who), answer in answers.items()])
        several = answers.nunique() > 1
        chance = {"kappa": task.kappa() if several else nan, "alpha": task.alpha() if several else nan}
        rows.append({"kind": kind, "rows": len(own)} | stats.interval("agree", stats.share(same, len(own))) | chance)
    return pd.DataFrame(rows)


def corrected(both: pd.DataFrame, key: pd.DataFrame) -> pd.DataFrame:
    """How often each answer holds in the texts: first a coder's answers, second the lens's, and the lens's key.

    Columns: kind, answer, rows (to which the coder gave it), lens (the share of all rows of the kind to which the lens
    gives it, 0..1), corrected (that share after correction, with its 95 % interval), right (of the rows to which the
    lens gives it, the share where the coder agrees, with Wilson's interval) and found (the other way round, weighed).

    Rogan & Gladen (1978) correct a rate by a test's sensitivity and specificity. Here the rows that tell these were
    drawn by what the lens says, where the same correction is the estimator of double sampling (Tenenbein 1970): the
    coder's share in each stratum, weighed by the stratum's size. Its interval joins the Wilson intervals of the strata
    (Zou, Huang & Zhang 2009), as if the texts were a sample of many. NaN where a stratum has no judged row.
    """
    table, rows = both.join(key[["stratum"]]), []
    for kind, own in table.groupby("kind", sort=False):
        drawn = key[key.kind == kind]
        sizes, total = drawn.groupby("stratum").of.first(), drawn.total.iloc[0]
        sizes["not drawn"] = total - sizes.sum()
        sizes = sizes[sizes > 0] / total
        strata = [own.stratum == name for name in sizes.index]
        weight = own.stratum.map(sizes) / own.groupby("stratum").stratum.transform("size")
        for answer in dict.fromkeys([*own["second"], *own["first"]]):
            coder, lens = own["first"] == answer, own["second"] == answer
            shares = [stats.share((coder & inside).sum(), inside.sum()) for inside in strata]
            rate, low, high = np.transpose(shares)
            true = (sizes * rate).sum(skipna=False)
            ends = true - np.hypot.reduce(sizes * (rate - low)), true + np.hypot.reduce(sizes * (high - rate))
            found = weight[coder & lens].sum() / true if true else nan
            row = {"kind": kind, "answer": answer, "rows": coder.sum(), "lens": weight[lens].sum()}
            row |= stats.interval("corrected", (true, *ends))
            row |= stats.interval("right", stats.share((coder & lens).sum(), lens.sum()))
            rows.append(row | {"found": found})
    return pd.DataFrame(rows)


def report(first: str | Path, second: str | Path) -> list[tuple[str, pd.DataFrame]]:
    """What `subtext agree` prints of two files: tables with their captions; corrected rates if one of them is a key."""
    read_ones = [(Path(file), read(file)) for file in (first, second)]
    (one, own), (two, other) = sorted(read_ones, key=lambda it: (it[1].total > 0).all())  # a key comes second
    names = (one.name, two.name) if one.name != two.name else (str(one), str(two))
    both = fit(own, other, names)
    told = [("How far they agree", agreement(both))]
    if (other.total > 0).all():
        told.append((f"How often in the texts: by the lens, and corrected by {names[0]}", corrected(both, other)))
    counts = both.value_counts(["kind", "first", "second"], sort=False).rename("rows").reset_index()
    return [*told, (f"Who answered what (first {names[0]}, second {names[1]})", counts)]
