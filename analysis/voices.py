"""Voices: who is speaking where, and why we think so.

A quotation is found by its marks, in every common style; its speaker by the speech verb of the sentence around it
("said", in codebooks/speech.csv) and that verb's subject. A pronoun or a description ("the minister") stands for the
last name that fits, a surname for the fullest name in the text. A quotation with no verb of its own goes on with the
voice before it. Interviews and transcripts are recognised by labels, bold print, or paragraphs that are questions.
"""

import csv
import re
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import NamedTuple


class Passage(NamedTuple):
    """A stretch of text with one voice; `because` holds the offsets of the cue ("said") and of the names behind it."""

    start: int
    end: int
    kind: str
    voice: str
    paragraph: int
    because: tuple[tuple[int, int], ...] = ()


WORDS: dict[str, set[str]] = {}  # category -> words, from the codebook
with open(Path(__file__).parent / "codebooks" / "speech.csv", encoding="utf-8", newline="") as _file:
    for _row in csv.DictReader(_file):
        WORDS.setdefault(_row["category"], set()).update(_row["cue"].split("|"))
VERBS, HELPERS, PREPOSITIONS, THINGS = (WORDS[c] for c in ("verb", "helper", "preposition", "thing"))
HE, SHE = WORDS["male name"] | WORDS["male title"], WORDS["female name"] | WORDS["female title"]
TITLES = WORDS["title"] | WORDS["male title"] | WORDS["female title"]
COMMON = WORDS["opener"] | WORDS["time"] | PREPOSITIONS  # written with a capital without being somebody's name
PLACED = {"in", "on", "at", "during", "after", "before"}  # begin what is no longer the noun phrase
PRONOUNS = {"he": HE, "she": SHE, "they": None, "it": None}
BREAKS = {",", ";", ":", "(", ")", "—", "–", "―", "who", "which", "that", "what", "how", "when", "as", "because", "after"}
BREAKS |= {"where", "while", "if", "but", "whether", "although", "though", "before", "since"}

_CAPITAL = "[A-ZÀ-ÖØ-ÞĂĄĆČĎĐĒĘĚĞĢĪĬĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŹŻŽ]"
_NAME = rf"{_CAPITAL}[\w-]*\.?"
_NAMES = re.compile(rf"{_NAME}(?:[ \xa0](?:(?:de|van|von|bin|al|der|la|del|di|da|ibn|el) )*{_NAME}){{1,6}}")
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_](?:[\w'&.-]*\w)?|[,;:()—–―]")
_STOP = re.compile(r"[.!?…][\"”’)\]]*\s+(?=[\W_]*[^\W_a-zß-öø-ÿ])")
_DOUBLE = re.compile("[\"“”„«»]|``|''")
_SINGLE = re.compile(
    r"(?<!\w)(?:‘[^‘\n]{1,1500}?(?:[,.!?…]’|\w’)|`(?=\w)(?:[^`\n]|(?<=\w)`(?=\w)){1,1500}`"
    r"|'(?=\w)(?:[^'\n]|(?<=\w)'(?=\w)){1,1500}')(?!\w)"
)
_LABEL = re.compile(rf"(?:\*\*|__)?({_NAME}(?: [\w.'’-]+){{0,4}})(?: \([^)\n]*\))?:(?:\*\*|__)?(?=\s|$)")
_ASKERS = {"q", "question", "interviewer", "host", "moderator", "reporter", "presenter", "anchor", "journalist"}


def quotations(raw, paragraphs):
    """Paragraph -> [(start, end)] of its quotations, whatever the marks.

    Straight marks pair by turns. A quotation that runs over paragraphs ends with each and begins again with the next,
    with or without a mark. A nickname (Marcia “Cia” Price), inches (6'3") and apostrophes are not quotations.
    """
    found, carried, marks = {}, False, _DOUBLE.finditer(raw)
    mark = next(marks, None)
    singles = _SINGLE.finditer(raw) if "‘" in raw or "`" in raw or " '" in raw or "\n'" in raw else iter(())
    single = next(singles, None)
    for i, (start, end) in enumerate(paragraphs):
        spans, opening, nested = [], None, 0
        while mark and mark.start() < end:
            at, after, sign = *mark.span(), mark[0]
            left = raw[at - 1] if at > start else " "
            if at < start:
                pass
            elif opening is None:
                if sign == "”" and carried and not spans:
                    spans.append((start, after))
                elif not left.isalnum() and (sign != "”" or raw[after : after + 1].isalnum()):
                    opening = at
            elif sign == "“":
                nested += raw[opening] == '"'
            elif nested and sign == "”":
                nested -= 1
            else:
                if not _is_nickname(raw, opening, after):
                    spans.append((opening, after))
                opening = None
            mark = next(marks, None)
        carried = opening is not None
        if carried:
            spans.append((opening, end))
        while single and single.start() < end:
            if single.start() >= start and single.end() <= end:
                spans.append(single.span())
            single = next(singles, None)
        if spans:
            found[i] = spans = sorted(spans)
            if any(spans[n][1] > spans[n + 1][0] for n in range(len(spans) - 1)):
                found[i], at = [], -1
                for span in spans:
                    if span[0] >= at:
                        found[i].append(span)
                        at = span[1]
    return found


def _is_nickname(raw, start, end):
    return (
        end - start < 20
        and raw[start - 2 : start - 1].isalpha()
        and raw[start + 1 : start + 2].isupper()
        and raw[end - 2 : end - 1].isalpha()
        and raw[end + 1 : end + 2].isupper()
    )


def _trim(raw, start, end):
    text = raw[start:end]
    return start + len(text) - len(text.lstrip()), start + len(text.rstrip())


class Clause:
    """The words of a stretch of narration, as matches in the folded text."""

    def __init__(self, voices, start, end):
        self.raw, self.tokens = voices.raw, list(_WORD.finditer(voices.folded, start, end))
        self.words = [token[0] for token in self.tokens]

    def capital(self, i):
        """Is this word part of a name?"""
        return self.words[i] not in COMMON and self.raw[self.tokens[i].start()].isupper()

    def span(self, i, j):
        return self.tokens[i].start(), self.tokens[j - 1].end()

    def verbs(self):
        """Speech verbs from left to right; not after "the" or "his", where "report" and "claims" are nouns."""
        for i, word in enumerate(self.words):
            if word in VERBS and (not i or self.raw[self.tokens[i].start()].islower()):
                last = self.words[i - 1] if i else ""
                noun = last in WORDS["determiner"] or last.endswith("'s") or (last in PREPOSITIONS and word[-3:] != "ing")
                if not noun:
                    yield i

    def until(self, i, end=None):
        """The end of the noun phrase that begins with word i."""
        end = len(self.words) if end is None else end
        for j in range(i, end):
            if self.words[j] in BREAKS or self.words[j] in WORDS["time"] or (j > i and self.words[j] in PLACED):
                return j
        return end


class Voices:
    """The names of one text, and the rules that lead from a quotation to one of them."""

    def __init__(self, raw, folded, paragraphs, speakers=()):
        self.raw, self.folded, self.paragraphs, self.speakers = raw, folded, paragraphs, [s for s in speakers if s.strip()]
        self.last = None  # (voice, because) of the quotation before
        self.since = 0  # where the narration after it begins

    @cached_property
    def names(self):
        """Surname -> full names, the most frequent first. The headline counts least: there every word has a capital."""
        body = self.paragraphs[1][0] if len(self.paragraphs) > 1 else 0
        counts = Counter(_NAMES.findall(self.raw, body)).most_common()
        names = {}
        for name in [*self.speakers, *(name for name, _ in counts), *_NAMES.findall(self.raw, 0, body)]:
            words = _without_title(name)
            surname = words[-2] if words[-1].lower() in ("jr", "sr", "ii", "iii") and len(words) > 2 else words[-1]
            known = names.setdefault(surname, [])
            if (len(words) > 1 or name in self.speakers) and surname.lower() not in COMMON and len(known) < 8:
                known.append(" ".join(words))
        return names

    def full(self, name):
        """The fullest form of a name, without titles: "President Aliyev" -> "Ilham Aliyev"."""
        words, title = _without_title(name), name.split()[0].rstrip(".").lower()
        if len(words) > 1:
            return " ".join(words)
        known = self.names.get(words[0]) or [words[0]]
        gender = HE if title in WORDS["male title"] else SHE if title in WORDS["female title"] else None
        return next((full for full in known if _fits(full, gender)), known[0])

    def stops(self, start, end):
        """The ends of sentences inside narration: not after "Sen." or an initial."""
        for stop in _STOP.finditer(self.raw, start, end + 3):
            word = self.folded[max(start, stop.start() - 12) : stop.start()].rpartition(" ")[2].lstrip("(“\"'")
            if self.raw[stop.start()] != "." or not (word in TITLES or len(word) < 2 or "." in word or word in ("st", "jr")):
                yield min(stop.end(), end)

    def source(self, clause, i, j, position):
        """From the noun phrase of words i..j to (voice, spans of the phrase and the name it stands for), or None."""
        while i < j and clause.words[i] in HELPERS:
            i += 1
        if i >= j:
            return None
        words = clause.words
        if words[i] in PRONOUNS:
            return self.recent(position, PRONOUNS[words[i]], clause.span(i, i + 1))
        head = next((k for k in range(i + 1, j) if words[k] in PREPOSITIONS), j)
        for end in (head, j):
            run = end
            while run > i and not (clause.capital(run - 1) and not (run - 1 == i and self.is_common(clause, i, j))):
                run -= 1
            first = run
            while first > i and clause.capital(first - 1) and not (first < run and words[first - 1].endswith("'s")):
                first -= 1
            if first == run:
                continue
            if run == end == head:  # the phrase ends with a name: "Trump spokeswoman Hope Hicks"
                span = clause.span(first, run)
                name = re.sub("['’`]s?$", "", self.raw[slice(*span)])
                return self.full(name), ((span[0], span[0] + len(name)),)
            while i < first and words[i] in WORDS["determiner"]:
                i += 1
            span = clause.span(i if end > head else first, end)  # "spokesman for Trump", "White House officials"
            return self.raw[slice(*span)], (span,)
        if words[i] == "the" and words[head - 1] not in THINGS:
            return self.recent(position, None, clause.span(i, head))
        return "unknown", (clause.span(i, head),)

    def is_common(self, clause, i, j):
        """A first word that owes its capital to the sentence: the text also has it in lower case."""
        return (i + 1 == j or not clause.capital(i + 1)) and self.raw.find(f" {clause.words[i]} ", 0, 1 << 14) >= 0

    def recent(self, position, gender, span):
        """Whom a pronoun or description means: the first name of the narration just before, else the last voice."""
        start = max(self.since, position - 600)
        for stop in [*list(self.stops(start, position))[::-1][1:3], start] if start < position else ():
            clause = Clause(self, stop, position)
            for i in range(len(clause.words)):
                if clause.capital(i):
                    at, end = clause.span(i, i + 1)
                    name = re.sub("['’`]s?$", "", self.raw[at:end])
                    if name in self.names and _fits(full := self.full(name), gender):
                        return full, (span, (at, at + len(name)))
        if self.last:
            return self.last[0], (span, *self.last[1][1:2])
        return "unknown", (span,)

    def subject(self, clause, end, position):
        """The subject of a whole sentence: the first name or pronoun after an opening like "In Geneva,"."""
        words = clause.words[:end]
        first = words.index(",") + 1 if words and words[0] in PREPOSITIONS | WORDS["subordinator"] and "," in words else 0
        for i in range(first, end):
            if words[i] in ("he", "she", "they"):
                return self.source(clause, i, i + 1, position)
            if clause.capital(i) and not (i == 0 and self.is_common(clause, i, end)):
                j = i + 1
                while j < end and clause.capital(j) and not words[j - 1].endswith("'s"):
                    j += 1
                return self.source(clause, i, j, position)
        return None

    def said(self, clause, i, position):
        """The source of the speech verb at word i, from the words before it."""
        words, j = clause.words, i
        while j and (words[j - 1] in HELPERS or words[j - 1].endswith("ly")):
            j -= 1
        if not j:
            return self.source(clause, i + 1, clause.until(i + 1), position)
        if words[j - 1] in ("and", "but", "or", "then") or (words[i].endswith("ing") and not clause.capital(j - 1)):
            return self.subject(clause, j, position)
        if words[j - 1] not in BREAKS:
            k = j - 1
            while k and words[k - 1] not in BREAKS:
                k -= 1
            return self.source(clause, k, j, position) or self.subject(clause, j, position)
        chunks, k = [], 0  # "Flynn, a top adviser, said": the last part that is a name, else the last noun phrase
        for m in range(j):
            if words[m] in BREAKS:
                if m > k:
                    chunks.append((k, m))
                k = m + 1
        chunks.reverse()
        for chunk in [c for c in chunks if clause.capital(c[0])] + [c for c in chunks if words[c[0]] in WORDS["np"]]:
            return self.source(clause, *chunk, position)
        return self.subject(clause, j, position)

    def before(self, start, position):
        """The source of a quotation from its sentence up to `position`: (cue, source), either None."""
        clause = Clause(self, start, position)
        found = None
        for i in reversed(list(clause.verbs())):
            source = self.said(clause, i, position)
            if source and (found is None or source[0] != "unknown"):
                found = clause.span(i, i + 1), source
                if source[0] != "unknown":
                    return found
        words = clause.words
        if "according" in words and (i := words.index("according")) + 2 < len(words):
            return clause.span(i, i + 2), self.source(clause, i + 2, clause.until(i + 2), position)
        if found:
            return found
        if words and (words[-1] == ":" or words[-1].endswith("'s")):
            i = end = len(words) - (words[-1] == ":")
            while i and clause.capital(i - 1):
                i -= 1
            if i < end:
                return clause.span(end - 1, len(words)), self.source(clause, i, end, position)
        return None, self.subject(clause, len(words), position)

    def after(self, start, end, position):
        """The source of a quotation from the words just after it, as before()."""
        end = min(end, start + 250)
        end = next(self.stops(start, end), end)
        clause = Clause(self, start, end)
        words = clause.words
        first = 0
        while first < len(words) and words[first] in (",", "—", "–", "―"):
            first += 1
        i = next((i for i in clause.verbs() if i >= first), None)
        if i is None:
            if "according" in words and (i := words.index("according")) + 2 < len(words):
                return clause.span(i, i + 2), self.source(clause, i + 2, clause.until(i + 2), position)
            if first and words[first - 1] != "," and first < len(words) and clause.capital(first):
                return clause.span(first - 1, first), self.source(clause, first, clause.until(first), position)
            return None
        inverted = all(word in HELPERS for word in words[first:i])
        if inverted or (words[i - 1] == "," and not clause.capital(first) and words[first] not in WORDS["np"]):
            j = clause.until(i + 1)
            source = self.source(clause, i + 1, j, position)
            if j + 1 < len(words) and words[j] == "," and clause.capital(j + 1) and not clause.capital(j - 1):
                source = self.source(clause, j + 1, clause.until(j + 1), position)  # "said the minister, Ann Lee,"
        else:
            source = self.source(clause, first, clause.until(first, i), position)
        return source and (clause.span(i, i + 1), source)

    def attribute(self, at, opening, closing, end):
        """(voice, because) of the quotation opening..closing between the narration from `at` and up to `end`, or None."""
        raw, start = self.raw, max(at, opening - 400)
        inside = raw[max(opening + 1, closing - 3) : closing].rstrip("\"”“»«'’‘` \n")[-1:]
        long = raw.count(" ", opening, min(closing, opening + 200)) > 3
        follows = raw[closing : closing + 3].strip()[:1]
        right = None
        if inside not in ".…" or follows.islower() or follows in "—–―":
            right = self.after(closing, end, opening)
            right = right if right and right[1] else None
            if right and (inside in ",?!—–-" or follows == ","):
                return self.because(*right)
        stops = list(self.stops(start, opening))
        sentence = stops[-1] if stops else start
        cue, source = self.before(sentence, opening) if sentence < opening else (None, None)
        if source and cue and (long or source[0] != "unknown"):
            return self.because(cue, source)
        if right:
            return self.because(*right)
        if not long or (raw[opening] in "'‘`" and inside not in ".,!?…"):
            return None
        if sentence >= opening and len(stops) > 1 - (at == self.paragraph):
            source = self.before(stops[-2] if len(stops) > 1 else start, opening)
            return self.because(*source) if source[1] else self.last or ("unknown", ())
        if self.last and (sentence >= opening or at > self.paragraph):
            return self.last
        if raw[opening + 1 : closing - 1].istitle():
            return None
        return self.because(None, source) if source else self.last or ("unknown", ())

    def guest(self, end):
        """Whom an interview is with: the speaker the reader named, else the first person of its introduction."""
        if self.speakers:
            return self.speakers[0], ()
        names = [(self.full(name[0]), (name.span(),)) for name in _NAMES.finditer(self.raw, 0, end)]
        people = [name for name in names if not (_fits(name[0], HE) and _fits(name[0], SHE))]
        return next(iter(people or names), ("unknown", ()))

    def because(self, cue, source):
        return source[0], tuple(span for span in (cue, *source[1]) if span)


def _without_title(name):
    words = [word.rstrip(".") or "." for word in name.split()]
    while len(words) > 1 and words[0].lower() in COMMON:
        words.pop(0)
    return words[max((i for i, word in enumerate(words[:-1]) if word.lower() in TITLES), default=-1) + 1 :]


def _fits(name, gender):
    first = name.split()[0].lower()
    return gender is None or first in gender or not (first in HE or first in SHE)


def passages(raw, folded, paragraphs, speakers=()):
    """The [Passage] of a text: contiguous within each paragraph, in order, white space trimmed; they cover every paragraph.

    `kind` is headline, narration, question, answer or quote; `voice` the speaker's fullest name in the text, or
    "narrator", "interviewer", "unknown". `speakers` are names the text may not tell of itself: the guest of an interview,
    the speaker of a speech.
    """
    rows, voices = [], Voices(raw, folded, paragraphs, speakers)
    quoted = quotations(raw, paragraphs)
    turns = _turns(raw, paragraphs, quoted)
    speech = voices.speakers[0] if len(voices.speakers) == 1 and not turns and not quoted else None

    def add(start, end, *what):
        start, end = _trim(raw, start, end)
        if start < end:
            rows.append(Passage(start, end, *what))

    for i, (start, end) in enumerate(paragraphs):
        if i in turns:
            kind, voice, label = turns[i]
            add(start, label, "narration", "narrator", i)
            if voice is None:
                voice, because = voices.last = voices.last or voices.guest(paragraphs[min(turns)][0])
            else:
                voice, because = (voice if voice == "interviewer" else voices.full(voice)), ((start, label),) * (label > start)
            add(label, end, kind, voice, i, because)
            continue
        headline = i == 0 and _is_headline(raw, paragraphs)
        plain = ("headline", "narrator") if headline else ("narration", speech or "narrator")
        at = voices.paragraph = start
        spans = quoted.get(i, ())
        for n, (opening, closing) in enumerate(spans):
            lead = at
            if opening == start and i and raw[paragraphs[i - 1][1] - 1] == ":":
                lead = paragraphs[i - 1][0]  # "She went on:", and the quotation is the next paragraph
            found = voices.attribute(lead, opening, closing, spans[n + 1][0] if n + 1 < len(spans) else end)
            if found:
                voices.last = found
                add(at, opening, *plain, i)
                add(opening, closing, "headline" if headline else "quote", found[0], i, found[1])
                at = voices.since = closing
        add(at, end, *plain, i)
    return rows


def _is_headline(raw, paragraphs):
    """Is the first paragraph a title: marked so, short with no full stop, or Written Mostly in Capitals?"""
    start, end = paragraphs[0]
    words = raw[start : min(end, start + 250)].split()
    if raw[start] == "#" or len(paragraphs) < 2 or len(words) > 25:
        return raw[start] == "#"
    if raw[end - 1] not in ".!?,;:\"”’»*":
        return True
    long = [word for word in words if len(word) > 3]
    return len(words) > 3 and sum(word[0].isupper() for word in long) > 0.6 * len(long) or ": “" in raw[start:end]


def _turns(raw, paragraphs, quoted):
    """Paragraph -> (kind, voice or None for the guest, end of the label) of transcripts and interviews."""
    labels = {}
    for i, (start, end) in enumerate(paragraphs):
        if raw.find(":", start, min(end, start + 80)) > 0 and (label := _LABEL.match(raw, start, end)):
            labels[i] = label[1], label.end()
    counts = Counter(label for label, _ in labels.values())
    labels = {i: label for i, label in labels.items() if counts[label[0]] > 1}
    turns, turn = {}, None
    if len(labels) > 2 and len({label for label, _ in labels.values()}) > 1:
        for i in range(min(labels), len(paragraphs)):
            start, end = paragraphs[i]
            name, after = labels.get(i, ("", start))
            if name.lower() in _ASKERS:
                turn = "question", "interviewer"
            elif name.lower() in ("a", "answer"):
                turn = "answer", None
            elif name:
                turn = "question" if raw[end - 1] == "?" else "answer", name
            turns[i] = (*turn, after)
        return turns
    bold = [i for i, (a, b) in enumerate(paragraphs) if b - a > 4 and raw[a : a + 2] == raw[b - 2 : b] in ("**", "__")]
    questions = [i for i in bold if raw[paragraphs[i][1] - 3] == "?"]
    if len(questions) > 1:
        questions = [i for i in bold if i >= questions[0]]
    else:
        questions = [i for i, (a, b) in enumerate(paragraphs) if i and raw[b - 1] == "?" and b - a < 400 and i not in quoted]
        if len(questions) < 2 or 4 * sum(i > questions[0] for i in quoted) > len(paragraphs) - questions[0]:
            return {}
    asked = set(questions)
    for i in range(questions[0], len(paragraphs)):
        turns[i] = (*(("question", "interviewer") if i in asked else ("answer", None)), paragraphs[i][0])
    return turns
