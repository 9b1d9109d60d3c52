"""Voices: who is speaking where, and why we think so.

A quotation is found by its marks, in every common style; its speaker by the speech verb of the sentence around it
("said", in codebooks/speech.csv) and that verb's subject. A pronoun or a description ("the minister") stands for the
last name that fits; a surname for the fullest name in the text. A quotation without a verb of its own goes on with the
voice before it. Interviews and transcripts are recognised by their labels, bold print or paragraphs that are questions.
"""

import csv
import re
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import NamedTuple


class Passage(NamedTuple):
    """A stretch of text with one voice; `because` holds the offsets of the cue ("said") and of the name behind it."""

    start: int
    end: int
    kind: str
    voice: str
    paragraph: int
    because: tuple[tuple[int, int], ...]


def _read():
    words = {}
    with open(Path(__file__).parent / "codebooks" / "speech.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            words.setdefault(row["category"], set()).update(row["cue"].split("|"))
    return words


_WORDS = _read()
VERBS = _WORDS["verb"] | {"according"}
TITLES = _WORDS["title"] | _WORDS["female title"] | _WORDS["male title"]
TIMES, OPENERS, PREPOSITIONS, HELPERS = (_WORDS[c] for c in ("time", "opener", "preposition", "helper"))
THINGS, ORGANISATIONS = _WORDS["thing"], _WORDS["organisation"]
SHE, HE = _WORDS["female name"] | _WORDS["female title"], _WORDS["male name"] | _WORDS["male title"]
PRONOUNS = {"he": HE, "she": SHE, "they": None, "it": None, "who": None}
PARTICLES = {"de", "van", "von", "bin", "al", "der", "la", "del", "di", "da", "ibn", "el"}
ASKERS = {"q", "question", "interviewer", "host", "moderator", "reporter", "presenter", "anchor", "journalist"}

_DOUBLE = re.compile('["“”„«»]')
_SINGLE = re.compile(
    r"(?<!\w)(?:‘(?=\w)(?:[^‘\n]*?[,.!?…]’|[^‘\n]*?\w’)|`(?=\w)(?:[^`\n]|(?<=\w)`(?=\w))*`|'(?=\w)(?:[^'\n]|(?<=\w)'(?=\w))*')(?!\w)"
)
_CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪĬĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŹŻŽ"
_NAMES = re.compile(rf"[{_CAPITAL}][\w-]*\.?(?: (?:(?:de|van|von|bin|al|der|la|del|di|da|ibn|el) )*[{_CAPITAL}][\w-]*\.?)+")
_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_](?:[\w'’`&.-]*\w)?|[,;:()—–―\n]")
_STOP = re.compile(r"[.!?…][\"”’)\]]*\s+(?=\W*[^\W_a-zß-öø-ÿ])")
_LABEL = re.compile(rf"(?:\*\*|__)?([{_CAPITAL}][\w.'’-]*(?: [\w.'’-]+){{0,4}})(?: \([^)\n]*\))?:(?:\*\*|__)?(?:\s|$)")
_BOLD = re.compile(r"(\*\*|__).+\1$")


class Token(NamedTuple):
    word: str
    start: int
    end: int
    capital: bool


class _Attribution:
    """The names of one text, and the rules that lead from a quotation to one of them."""

    def __init__(self, raw, folded, paragraphs, speakers):
        self.raw, self.folded, self.paragraphs, self.speakers = raw, folded, paragraphs, speakers

    @cached_property
    def names(self):
        """Surname -> full names, the most frequent first. The headline counts least: there every word has a capital."""
        body = self.paragraphs[1][0] if len(self.paragraphs) > 1 else 0
        counts = Counter(_NAMES.findall(self.raw, body))
        names = {}
        for name in [*self.speakers, *(name for name, _ in counts.most_common()), *_NAMES.findall(self.raw, 0, body)]:
            words = [word.rstrip(".") for word in name.split()]
            while words and (words[0].lower() in OPENERS or words[0].lower() in TIMES):
                words.pop(0)
            title = max((i for i, word in enumerate(words[:-1]) if word.lower() in TITLES), default=-1)
            words = words[title + 1 :]
            if len(words) > 1 and words[-1].lower() not in TIMES and len(words[-1]) > 1:
                names.setdefault(words[-1], []).append(" ".join(words))
        return names

    def full(self, name):
        """The fullest form of a name: "President Aliyev" -> "Ilham Aliyev"."""
        words = [word.rstrip(".") for word in name.split()]
        gender = next((g for g in (HE, SHE) if words[0].lower() in g), None)
        title = max((i for i, word in enumerate(words[:-1]) if word.lower() in TITLES), default=-1)
        words = words[title + 1 :]
        if len(words) > 1:
            return " ".join(words)
        known = self.names.get(words[0], ())
        fitting = [full for full in known if not gender or _gender(full) in (None, gender)]
        return (fitting or known or [words[0]])[0]

    def tokens(self, start, end):
        raw, folded = self.raw, self.folded
        return [
            Token(folded[m.start() : m.end()], m.start(), m.end(), raw[m.start()].isupper())
            for m in _TOKEN.finditer(raw, start, end)
        ]

    def stops(self, start, end):
        """Ends of sentences inside a stretch of narration."""
        for stop in _STOP.finditer(self.raw, start, end):
            word = self.folded[max(start, stop.start() - 12) : stop.start()].rpartition(" ")[2].lstrip("(“\"'")
            if self.raw[stop.start()] != "." or not (
                word in TITLES or len(word) == 1 or "." in word or word in ("st", "jr", "sens", "reps", "d-mo")
            ):
                yield stop

    def phrase(self, tokens):
        """The name in a noun phrase, or the phrase when the name only qualifies it ("a spokesman for Trump")."""
        while tokens and tokens[0].word in HELPERS:
            tokens = tokens[1:]
        head = next((i for i, t in enumerate(tokens) if i and t.word in PREPOSITIONS), len(tokens))
        for part in (tokens[:head], tokens):
            runs, run = [], []
            for t in part:
                name = t.capital and t.word not in TIMES and (run or t.word not in OPENERS)
                if name or (run and t.word in PARTICLES):
                    run.append(t)
                    if not t.word.endswith(("'s", "s'")):
                        continue
                if run:
                    runs.append(run)
                    run = []
            if run:
                runs.append(run)
            if not runs:
                continue
            first, last = runs[-1][0], runs[-1][-1]
            if part is tokens and head < len(tokens) and tokens[head - 1].end < first.start:
                first = next((t for t in tokens if t.word not in OPENERS), first)
            elif last is not part[-1]:
                last = part[-1]
            span = (first.start, last.end)
            return span
        return None

    def source(self, tokens, position):
        """From a noun phrase to (voice, spans): a name, or a pronoun or description and the name it stands for."""
        if not tokens:
            return None
        if tokens[0].word in PRONOUNS and len(tokens) <= 3:
            return self.antecedent(tokens[0], position)
        span = self.phrase(tokens)
        if span:
            text = self.raw[slice(*span)]
            return (self.full(text) if text == text.title() or " " not in text or text[-1:].isupper() or _named(text) else text, (span,))
        noun = next((i for i, t in enumerate(tokens) if i and t.word in PREPOSITIONS), len(tokens)) - 1
        span = (tokens[0].start, tokens[noun].end)
        if tokens[0].word == "the" and tokens[noun].word not in THINGS:
            voice, why = self.recent(position, None)
            return voice, (span, *why)
        return "unknown", (span,)

    def antecedent(self, token, position):
        voice, why = self.recent(position, PRONOUNS[token.word])
        return voice, ((token.start, token.end), *why)

    def recent(self, position, gender):
        """The last name that fits: the subject of the narration just before, else the last voice."""
        for voice, why in (self.subject_before(position, gender), self.last):
            if voice and (not gender or _gender(voice) in (None, gender)):
                return voice, why
        return (self.last[0] or "unknown"), self.last[1]

    def subject_before(self, position, gender):
        start, end = self.before
        stops = [stop.end() for stop in self.stops(start, end) if stop.end() < end]
        for start in [*stops[::-1][:2], start]:
            for t in self.tokens(start, end):
                if t.capital and t.word not in OPENERS and t.word not in TIMES:
                    name = re.sub(r"['’]s?$", "", self.raw[t.start : t.end])
                    full = self.full(name)
                    if name in self.names or full in (self.last[0],):
                        if not gender or _gender(full) in (None, gender):
                            return full, ((t.start, t.start + len(name)),)
            end = start
        return None, ()

    def introduced(self, position):
        """The person whom the introduction of an interview names most."""
        counts = Counter(_NAMES.findall(self.raw, 0, position))
        people = [self.full(name) for name in counts]
        return next((name for name in people if _gender(name)), people[0] if people else "unknown")

    def main(self, tokens, position):
        """The subject of a sentence, from its first words."""
        if tokens and tokens[0].word in PREPOSITIONS | OPENERS and tokens[0].word not in PRONOUNS:
            comma = next((i for i, t in enumerate(tokens) if t.word == ","), None)
            if comma and comma + 1 < len(tokens) and tokens[0].word not in ("the", "a", "an"):
                tokens = tokens[comma + 1 :]
        for i, t in enumerate(tokens):
            if t.word in PRONOUNS and t.word not in ("it", "who"):
                return self.antecedent(t, position)
            if t.capital and t.word not in OPENERS and t.word not in TIMES:
                j = i + 1
                while j < len(tokens) and (tokens[j].capital or tokens[j].word in PARTICLES) and not tokens[j - 1].word.endswith("'s"):
                    j += 1
                return self.source(tokens[i:j], position)
        return None

    def left(self, start, end, position):
        """The source of a quotation from the words before it in its sentence: cue, (voice, spans)."""
        start = max((stop.end() for stop in self.stops(max(start, end - 400), end)), default=start)
        tokens = self.tokens(start, end)
        i = next((i for i in reversed(range(len(tokens))) if tokens[i].word in VERBS), None)
        if i is None:
            return None, self.main(tokens, position), tokens
        cue = (tokens[i].start, tokens[i].end)
        if tokens[i].word == "according":
            return cue, self.source(_until(tokens[i + 2 :]), position), tokens
        j = i
        while j and (tokens[j - 1].word in HELPERS and tokens[j - 1].word != "and" or tokens[j - 1].word.endswith("ly")):
            j -= 1
        left = tokens[:j]
        if not left:
            return cue, self.source(_until(tokens[i + 1 :]), position), tokens
        if left[-1].word in ("and", "but", "or") or (
            tokens[i].word.endswith("ing") and not (left[-1].capital and left[-1].word not in TIMES)
        ):
            return cue, self.main(left, position), tokens
        if left[-1].word in (",", ")", "who", "which", "—", "–"):
            chunks, chunk = [], []
            for t in left:
                if t.word in (",", "(", ")", "who", "which", "—", "–"):
                    chunks.append(chunk)
                    chunk = []
                else:
                    chunk.append(t)
            chunks = [chunk for chunk in chunks if chunk]
            named = [c for c in chunks if c[0].capital and c[0].word not in OPENERS and c[0].word not in TIMES]
            nouns = [c for c in chunks if c[0].word in ("the", "a", "an", "one", *PRONOUNS)]
            chunk = (named or nouns or [None])[-1]
            return cue, (self.source(chunk, position) if chunk else self.main(left, position)), tokens
        k = len(left)
        while k and left[k - 1].word not in (",", ":", ";", "that", "when", "as", "because", "after", "where", "while", "if", "but", "(", ")", "—", "–"):
            k -= 1
        return cue, self.source(left[k:], position) or self.main(left, position), tokens

    def right(self, start, end, position):
        """The source of a quotation from the words just after it: cue, (voice, spans)."""
        end = min(end, start + 250)
        end = next((stop.start() for stop in self.stops(start, end)), end)
        tokens = self.tokens(start, end)
        while tokens and tokens[0].word in ("—", "–", "―", ","):
            if tokens[0].word in ("―", "—") and len(tokens) > 1 and tokens[1].capital and not any(t.word in VERBS for t in tokens):
                return (tokens[0].start, tokens[0].end), self.source(_until(tokens[1:]), position)
            tokens = tokens[1:]
        i = next((i for i, t in enumerate(tokens) if t.word in VERBS), None)
        if i is None:
            return None
        cue = (tokens[i].start, tokens[i].end)
        if tokens[i].word == "according":
            return cue, self.source(_until(tokens[i + 2 :]), position)
        if all(t.word in HELPERS for t in tokens[:i]):
            subject = _until(tokens[i + 1 :])
            source = self.source(subject, position)
            if subject and source and source[0] == "unknown" or (subject and subject[0].word == "the"):
                after = tokens[i + 1 + len(subject) + 1 :]
                if after and after[0].capital:
                    source = self.source(_until(after), position)
            return cue, source
        if tokens[0].word in VERBS or not (tokens[0].capital or tokens[0].word in PRONOUNS or tokens[0].word in ("the", "a", "an", "one", "his", "her", "their")):
            return None
        subject = []
        for t in tokens[:i]:
            if t.word in (",", "(", "who", "—", "–"):
                break
            subject.append(t)
        return cue, self.source(subject, position)


def _until(tokens):
    """The noun phrase that tokens begin with."""
    out = []
    for t in tokens:
        if t.word in (",", "(", ")", ":", ";", "who", "that", "—", "–", "\n", "in", "on", "at", "during", "after", "as", "when") or t.word in TIMES:
            break
        out.append(t)
    return out


def _named(text):
    return all(word[:1].isupper() or word in PARTICLES for word in text.split())


def _gender(name):
    first = name.split()[0].rstrip(".").lower()
    return HE if first in HE else SHE if first in SHE else None


def _quotations(raw, paragraphs):
    """Per paragraph the quotations as [(start, end, open)]; open: the closing mark is still to come."""
    found = {}
    marks = _DOUBLE.finditer(raw)
    mark = next(marks, None)
    carried = False
    for i, (start, end) in enumerate(paragraphs):
        spans, opened, nested = [], None, 0
        while mark and mark.start() < start:
            mark = next(marks, None)
        while mark and mark.start() < end:
            at, sign = mark.start(), mark[0]
            before, after = raw[at - 1 : at] if at > start else " ", raw[at + 1 : at + 2]
            opens = not before.isalnum() and not after.isspace() and at + 1 < end and sign != "”"
            if opened is None:
                if sign == "”" and carried and not spans:
                    spans.append((start, at + 1))
                elif opens or (sign in '"“„«»' and not before.isalnum()) or (sign == "”" and after.isalnum()):
                    opened = at, sign
            elif sign == "“" and opened[1] == '"':
                nested += 1
            elif sign == "”" and nested:
                nested -= 1
            elif not (sign == '"' == opened[1] and opens and before.isspace() and nested == 0 and False):
                spans.append((opened[0], at + 1))
                opened = None
            mark = next(marks, None)
        carried = False
        if opened:
            carried = True
            spans.append((opened[0], end))
        if spans:
            found[i] = [
                span for span in spans
                if not (span[1] - span[0] < 24 and raw[span[0] - 2 : span[0] - 1].isalpha() and raw[span[0] + 1 : span[0] + 2].isupper()
                        and raw[span[1] + 1 : span[1] + 2].isupper() and raw[span[1] - 2 : span[1] - 1].isalnum())
            ]
    if "‘" in raw or "`" in raw or " '" in raw or "\n'" in raw or raw[:1] == "'":
        for i, (start, end) in enumerate(paragraphs):
            for m in _SINGLE.finditer(raw, start, end):
                if all(m.end() <= a or m.start() >= b for a, b in found.get(i, ())):
                    found.setdefault(i, []).append(m.span())
            if i in found:
                found[i].sort()
    return found


def passages(raw, folded, paragraphs, speakers=()):
    """Contiguous, ordered passages that cover the text of every paragraph (a list of (start, end))."""
    paragraphs = list(paragraphs)
    rows = []
    quotations = _quotations(raw, paragraphs)
    attribution = _Attribution(raw, folded, paragraphs, speakers)
    attribution.last, attribution.before = (None, ()), (0, 0)
    turns = _turns(raw, paragraphs, quotations, speakers)
    quiet = (0, 0)  # the last paragraph without a quotation
    previous = 0  # how many paragraphs since the last quotation
    for i, (start, end) in enumerate(paragraphs):
        plain = "headline" if i == 0 and _is_headline(raw, paragraphs) else "narration"
        if i in turns:
            kind, voice, label = turns[i]
            if label > start:
                rows.append(Passage(start, label, "narration", "narrator", i, ()))
            if voice is None:
                voice = attribution.last[0] or next(iter(speakers), None) or attribution.introduced(start)
                attribution.last = voice, attribution.last[1]
            elif kind != "question" or voice != "interviewer":
                voice = attribution.full(voice)
            rows.append(Passage(max(start, label), end, kind, voice, i, attribution.last[1] if kind == "answer" else ()))
            continue
        at = start
        spans = quotations.get(i, ())
        for n, (opening, closing) in enumerate(spans):
            following = spans[n + 1][0] if n + 1 < len(spans) else end
            attribution.before = (at, opening) if opening - at > 20 else quiet if at == start else (at, at)
            found = _speaker(attribution, raw, folded, paragraphs, i, at, opening, closing, following, n, previous)
            if not found:
                continue
            voice, why = found
            attribution.last = voice, why
            if at < opening:
                rows.append(Passage(at, opening, plain, "narrator", i, ()))
            rows.append(Passage(opening, closing, "headline" if plain == "headline" else "quote", voice, i, why))
            at = closing
            previous = 0
        if at == start:
            quiet = (start, end)
            previous += 1
        else:
            quiet = (at, end) if end - at > 80 else (end, end)
        if at < end:
            rows.append(Passage(at, end, plain, "narrator", i, ()))
    return [trimmed for row in rows if (trimmed := _trim(raw, row))]


def _speaker(attribution, raw, folded, paragraphs, i, at, opening, closing, following, n, previous):
    """(voice, because) of a quotation, or None when nobody says it."""
    start = paragraphs[i][0]
    inside = raw[opening + 1 : closing - 1].rstrip()
    words = len(inside.split())
    whole = inside[-1:] in ".!?…,—–-" and inside[:1].isupper() or words > 12
    right = attribution.right(closing, following, opening) if inside[-1:] not in "." or not raw[closing : closing + 2].strip() or raw[closing : closing + 2].strip().islower() or raw[closing : closing + 2].strip() in "—–―" else None
    if right and right[1] and (inside[-1:] in ",?!—–-…" or raw[closing : closing + 1] == ","):
        return _because(right)
    if opening == start and i and raw[paragraphs[i - 1][1] - 1] == ":":
        at, position = paragraphs[i - 1][0], paragraphs[i - 1][1]
    else:
        position = opening
    cue, source, tokens = attribution.left(at, position, opening)
    lead = raw[position - 1 : position] == ":" or raw[:position].rstrip()[-1:] == ":" if False else raw[max(0, position - 2) : position].strip()[-1:] == ":"
    if cue and source:
        return _because((cue, source))
    if lead and source:
        return _because(((position - 1, position), source))
    if right and right[1]:
        return _because(right)
    if raw[opening] in "'`‘" and not whole:
        return None
    if not tokens and (n or opening == start):
        if attribution.last[0] and (whole or words > 4):
            return attribution.last
        return ("unknown", ()) if whole and words > 4 else None
    if inside.istitle() or words < 5:
        return None
    if n and attribution.last[0] and not source:
        return attribution.last
    if source:
        return _because((None, source))
    return attribution.last if attribution.last[0] else ("unknown", ())


def _because(found):
    cue, (voice, spans) = found
    return voice, tuple(span for span in (cue, *spans[:2]) if span)


def _is_headline(raw, paragraphs):
    if len(paragraphs) < 2:
        return False
    start, end = paragraphs[0]
    words = raw[start:end][:300].split()
    if len(words) > 25 or raw[start] == "#":
        return raw[start] == "#"
    long = [word for word in words if len(word) > 3]
    return raw[end - 1] not in ".!?,;" and not (raw[end-1] in '"”' and ":" not in raw[start:end]) or len(words) > 3 and sum(word[0].isupper() for word in long) > 0.6 * len(long)


def _turns(raw, paragraphs, quotations, speakers):
    """Paragraph -> (kind, voice or None, end of label) for interviews and transcripts."""
    labels = {}
    for i, (start, end) in enumerate(paragraphs):
        if ":" in raw[start : start + 60] and (m := _LABEL.match(raw, start, end)):
            labels[i] = m
    names = Counter(m[1] for m in labels.values())
    labels = {i: m for i, m in labels.items() if names[m[1]] > 1 or m[1].lower() in ASKERS | {"a", "answer"}}
    turns = {}
    if len(labels) > 2 and len({m[1] for m in labels.values()}) > 1:
        turn = None
        for i in range(min(labels), len(paragraphs)):
            start, end = paragraphs[i]
            label = start
            if i in labels:
                word = labels[i][1]
                asks = raw[end - 1] == "?"
                label = labels[i].end()
                if word.lower() in ASKERS:
                    turn = "question", "interviewer"
                elif word.lower() in ("a", "answer"):
                    turn = "answer", None
                else:
                    turn = "question" if asks else "answer", word
            turns[i] = (*turn, label)
        return turns
    bold = [i for i, (start, end) in enumerate(paragraphs) if raw[start] in "*_" and _BOLD.match(raw, start, end)]
    questions = [i for i in bold if raw[slice(*paragraphs[i])].rstrip("*_")[-1:] == "?"]
    if len(questions) > 1:
        questions = [i for i in bold if i >= questions[0]]
    else:
        questions = [
            i for i, (start, end) in enumerate(paragraphs)
            if i and raw[end - 1] == "?" and end - start < 400 and i not in quotations
        ]
        after = [i for i in quotations if questions and i > questions[0]]
        if len(questions) < 2 or len(after) > 0.25 * (len(paragraphs) - questions[0]):
            return {}
    for i in range(questions[0], len(paragraphs)):
        turns[i] = ("question", "interviewer", 0) if i in questions else ("answer", None, 0)
    return turns


def _trim(raw, row):
    text = raw[row.start : row.end]
    start = row.start + len(text) - len(text.lstrip())
    end = row.start + len(text.rstrip())
    return row._replace(start=start, end=end) if start < end else None
