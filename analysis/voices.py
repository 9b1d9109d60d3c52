"""Voices: who is speaking where, and why we think so.

A quotation is found by its marks, in every common style; its speaker by the speech verb of the sentence around it
("said", in codebooks/speech.csv) and that verb's subject. A pronoun or a description ("the minister") stands for the
last name that fits, a surname for the fullest name in the text. A quotation with no verb of its own goes on with the
voice before it. Interviews and transcripts are recognised by labels, bold print, or paragraphs that are questions.
"""

import csv
import re
from collections import Counter
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
VERBS, HELPERS, PREPOSITIONS, DETERMINERS = (WORDS[c] for c in ("verb", "helper", "preposition", "determiner"))
HE, SHE = WORDS["male name"] | WORDS["male title"], WORDS["female name"] | WORDS["female title"]
TITLES = WORDS["title"] | WORDS["male title"] | WORDS["female title"]
COMMON = WORDS["opener"] | WORDS["time"] | PREPOSITIONS  # written with a capital without being somebody's name
BREAKS = WORDS["break"] | set(",;:()—–―.!?")  # what a noun phrase does not run over
ENDS = BREAKS | WORDS["time"] | {"in", "on", "at", "during"}  # what ends the noun phrase after "said"
STOPS = {".", "!", "?"}
PRONOUNS = {"he": HE, "she": SHE, "they": None, "it": None}

_CAPITAL = "[A-ZÀ-ÖØ-ÞĂĄĆČĎĐĒĘĚĞĢĪĬĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŹŻŽ]"
_NAME = re.compile(rf"{_CAPITAL}[\w-]*\.?(?:[ \xa0]{_CAPITAL}[\w-]*\.?){{1,4}}")
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_](?:[\w'&.-]*\w)?|[,;:()—–―.!?]")
_DOUBLE = re.compile("[\"“”„«»]|``|''")
_SINGLE = re.compile(  # the lookbehind comes second, so that the pattern is looked for by its first character
    r"(?:‘(?<!\w‘)[^‘\n]{1,1500}?(?:[,.!?…]’|\w’)|`(?<!\w`)(?=\w)(?:[^`\n]|(?<=\w)`(?=\w)){1,1500}`"
    r"|'(?<!\w')(?=\w)(?:[^'\n]|(?<=\w)'(?=\w)){1,1500}')(?!\w)"
)
_LABEL = re.compile(rf"(?:\*\*|__)?({_CAPITAL}[\w.'’-]*(?: [\w.'’-]+){{0,4}})(?: \([^)\n]*\))?:(?:\*\*|__)?(?=\s|$)")
_POSSESSIVE = re.compile("['’`]s?$")


def quotations(raw, paragraphs):
    """Paragraph -> [(start, end)] of its quotations, whatever the marks.

    Straight marks pair by turns. A quotation that runs over paragraphs ends with each and begins again with the next,
    with or without a mark. A nickname (Marcia “Cia” Price), inches (6'3") and apostrophes are not quotations.
    """
    found, carried, paragraph, spans, opening, nested = {}, False, iter(enumerate(paragraphs)), [], None, 0
    start = end = -1

    def close():
        if opening is not None:
            spans.append((opening, end))
        if spans:
            found[i] = spans

    i = -1
    for mark in _DOUBLE.finditer(raw):
        at, after = mark.span()
        if at >= end:
            close()
            carried, before = opening is not None, i
            opening, nested, spans = None, 0, []
            while at >= end:
                i, (start, end) = next(paragraph)
            carried = carried and i == before + 1
        sign = mark[0]
        left = raw[at - 1] if at > start else " "
        if opening is None:
            if sign == "”" and carried and not spans:
                spans.append((start, after))
            elif not left.isalnum() and (sign != "”" or raw[after : after + 1].isalnum()):
                opening = at
        elif sign == "“":
            nested += raw[opening] == '"'
        elif nested and sign == "”":
            nested -= 1
        else:
            if after - opening > 20 or not _is_nickname(raw, opening, after):
                spans.append((opening, after))
            opening = None
    close()
    if "‘" in raw or "`" in raw or " '" in raw or "\n'" in raw or raw[:1] == "'":
        _add_singles(raw, paragraphs, found)
    return found


def _add_singles(raw, paragraphs, found):
    """Quotations in single marks, where they do not stand inside another quotation."""
    singles = _SINGLE.finditer(raw)
    single = next(singles, None)
    for i, (start, end) in enumerate(paragraphs):
        spans = found.get(i, [])
        while single and single.start() < end:
            if single.start() >= start and single.end() <= end:
                spans = [*spans, single.span()] if spans is found.get(i) else spans + [single.span()]
            single = next(singles, None)
        if spans:
            found[i], at = [], -1
            for span in sorted(spans):
                if span[0] >= at:
                    found[i].append(span)
                    at = span[1]


def _is_nickname(raw, start, end):
    around = raw[start - 2 : start - 1], raw[start + 1 : start + 2], raw[end - 2 : end - 1], raw[end + 1 : end + 2]
    return around[0].isalpha() and around[1].isupper() and around[2].isalpha() and around[3].isupper()


class Clause:
    """The words of a stretch of narration, each with its offsets."""

    def __init__(self, voices, start, end):
        self.raw, self.tokens = voices.raw, list(_WORD.finditer(voices.folded, start, end))
        self.words = [token[0] for token in self.tokens]

    def is_capital(self, i):
        """Is this word part of a name?"""
        return self.raw[self.tokens[i].start()].isupper() and self.words[i] not in COMMON

    def span(self, i, j):
        return self.tokens[i].start(), self.tokens[j - 1].end()

    def verbs(self):
        """The speech verbs. After "the" or "on", "report" and "charges" are nouns."""
        words = self.words
        if VERBS.isdisjoint(words):
            return []
        return [
            i
            for i, word in enumerate(words)
            if word in VERBS
            and not (i and (self.raw[self.tokens[i].start()].isupper() or words[i - 1] in DETERMINERS
                     or words[i - 1][-2:] == "'s" or (words[i - 1] in PREPOSITIONS and word[-3:] != "ing")))
        ]

    def is_abbreviated(self, j):
        """Does full stop j belong to "Sen." or an initial, or stand before a comma as in "R-Ky.,"?"""
        last, end = self.words[j - 1], self.tokens[j].end()
        return last in TITLES or len(last) == 1 or not self.raw[end : end + 1].isspace() and end < len(self.raw)

    def until(self, i, breaks):
        """The end of the noun phrase that begins with word i; full stops after titles and initials do not end it."""
        words = self.words
        for j in range(i, len(words)):
            if words[j] in breaks and not (words[j] == "." and j and self.is_abbreviated(j)):
                return j
        return len(words)


class Voices:
    """The names of one text, and the rules that lead from a quotation to one of them."""

    def __init__(self, raw, folded, paragraphs, speakers=()):
        self.raw, self.folded = raw, folded
        self.body = paragraphs[1][0] if len(paragraphs) > 1 else 0
        self.speakers = [s for s in speakers if s.strip()]
        self.last = None  # (voice, because) of the quotation before
        self.since = -1  # where the narration after it begins
        self.names = {}
        for name in self.speakers:
            self.names.setdefault(name.split()[-1], []).append(name)

    def known(self, surname):
        """The full names that end with a surname, the most frequent first; the headline, all capitals, counts last."""
        if surname not in self.names:
            self.names[surname], raw = [], self.raw
            for start, end in ((self.body, self.body + (1 << 15)), (0, self.body)):
                counts, at = Counter(), start
                for _ in range(24):
                    at = raw.find(" " + surname, at, end)
                    if at < 0:
                        break
                    after = at + len(surname) + 1
                    if raw[raw.rfind(" ", at - 20, at) + 1].isupper() and not (
                        raw[after : after + 1].isalnum() or raw[after : after + 2].strip(" -").isupper()
                    ):
                        if first := self.first_names(at):
                            counts[f"{first} {surname}"] += 1
                    at = after
                if counts:
                    self.names[surname] = sorted(counts, key=counts.get, reverse=True)
                    break
        return self.names[surname]

    def first_names(self, end):
        """The capitalised words that end at an offset, back to a title, a common word or a mark."""
        first = []
        for word in reversed(self.raw[max(0, end - 40) : end].rpartition("\n")[2].split()[-3:]):
            bare = word.rstrip(".").lower()
            if not word[0].isupper() or bare in COMMON or bare in TITLES or not bare.replace("-", "").isalpha():
                break
            if word[-1] == "." and len(word) > 2:
                break
            first.insert(0, word)
        return " ".join(first)

    def full(self, name, gender=None):
        """The fullest form of a name, without titles: "President Aliyev" -> "Ilham Aliyev"."""
        words = [word.rstrip(".") or "." for word in name.split()]
        title = words[0].lower()
        while len(words) > 1 and words[0].lower() in COMMON:
            words.pop(0)
        words = words[max((i for i, word in enumerate(words[:-1]) if word.lower() in TITLES), default=-1) + 1 :]
        name, known = " ".join(words), self.known(words[-1])
        if len(words) > 1:
            best = next((full for full in known if full.startswith(words[0] + " ") or name.endswith(" " + full)), name)
        else:
            gender = HE if title in WORDS["male title"] else SHE if title in WORDS["female title"] else gender
            best = next((full for full in known if _fits(full, gender)), known[0] if known else name)
        return max((full for full in known if full.split()[0] == best.split()[0]), key=len, default=best)

    def sentence(self, start, end):
        """Where the last sentence before `end` begins."""
        folded, find = self.folded, self.folded.rfind
        while (stop := max(find(". ", start, end), find("? ", start, end), find("! ", start, end), find("\n", start, end))) >= 0:
            word = folded[max(start, stop - 12) : stop].rpartition(" ")[2].lstrip('("')
            if folded[stop] != "." or not (word in TITLES or len(word) < 2 or "." in word or word in ("st", "jr")):
                return stop + 1
            end = stop
        return start

    def source(self, clause, i, j, position):
        """From the noun phrase of words i..j to (voice, spans of the phrase and the name it stands for), or None."""
        words = clause.words
        while i < j and words[i] in HELPERS:
            i += 1
        if i >= j:
            return None
        if words[i] in PRONOUNS:
            return self.recent(position, PRONOUNS[words[i]], clause.span(i, i + 1))
        head = next((k for k in range(i + 1, j) if words[k] in PREPOSITIONS), j)
        for end in (head, j) if head < j else (j,):
            last = end
            while last > i and not (clause.is_capital(last - 1) and (last - 1 > i or not self.is_common(clause, i, j))):
                last -= 1
            first = last
            while first > i and (clause.is_capital(first - 1) or words[first - 1] == ".") and (first == last or words[first - 1][-2:] != "'s"):
                first -= 1
            if first == last:
                continue
            if last == end == head:  # the phrase ends with a name: "Trump spokeswoman Hope Hicks"
                at, stop = clause.span(first, last)
                name = _POSSESSIVE.sub("", self.raw[at:stop])
                return self.full(name), ((at, at + len(name)),)
            while i < first and words[i] in DETERMINERS:
                i += 1
            at, stop = clause.span(i if end > head else first, end)  # "spokesman for Trump", "White House officials"
            return self.raw[at:stop], ((at, stop),)
        if words[i] == "the" and words[head - 1] not in WORDS["thing"]:
            return self.recent(position, None, clause.span(i, head))
        return "unknown", (clause.span(i, head),)

    def is_common(self, clause, i, j):
        """A first word that owes its capital to the sentence: the text also has it in lower case."""
        return (i + 1 == j or not clause.is_capital(i + 1)) and self.raw.find(f" {clause.words[i]} ", 0, 1 << 14) >= 0

    def recent(self, position, gender, span):
        """Whom a pronoun or description means: the first name of the narration just before, else the last voice."""
        end = min(position, span[0])
        start = max(self.since, end - 600)
        for _ in range(3):
            if end - start < 2:
                break
            at = self.sentence(start, end - 2)
            clause = Clause(self, at, end)
            for i in range(len(clause.words)):
                if clause.is_capital(i):
                    at_, stop = clause.span(i, i + 1)
                    name = _POSSESSIVE.sub("", self.raw[at_:stop])
                    if self.last and name in self.last[0].split():
                        full = self.last[0]
                    elif name.lower() not in WORDS["organisation"] and self.known(name):
                        full = self.full(name, gender)
                    else:
                        continue
                    if _fits(full, gender):
                        return full, (span, (at_, at_ + len(name)))
            end = at
        if self.last:
            return self.last[0], (span, *self.last[1][1:2])
        return "unknown", (span,)

    def subject(self, clause, end, position):
        """The subject of a whole sentence: the first name or pronoun after an opening like "In Geneva,"."""
        words = clause.words[:end]
        first = words.index(",") + 1 if words and (words[0] in WORDS["subordinator"] or words[0][-3:] == "ing") and "," in words else 0
        for i in range(first, end):
            if words[i] in ("he", "she", "they"):
                return self.source(clause, i, i + 1, position)
            if clause.is_capital(i) and not (i == 0 and self.is_common(clause, i, end)):
                j = i + 1
                while j < end and clause.is_capital(j) and words[j - 1][-2:] != "'s":
                    j += 1
                return self.source(clause, i, j, position)
        return None

    def said(self, clause, i, position):
        """The source of the speech verb at word i, from the words before it."""
        words, j = clause.words, i
        while j and (words[j - 1] in HELPERS or words[j - 1][-2:] == "ly"):
            j -= 1
        if not j:
            return self.source(clause, i + 1, clause.until(i + 1, ENDS), position)
        if words[j - 1] in ("and", "but", "or", "then") or (words[i][-3:] == "ing" and not clause.is_capital(j - 1)):
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
                    chunks.insert(0, (k, m))
                k = m + 1
        chunk = next((c for c in chunks if clause.is_capital(c[0])), None) or next((c for c in chunks if words[c[0]] in WORDS["np"]), None)
        return self.source(clause, *chunk, position) if chunk else self.subject(clause, j, position)

    def before(self, start, position):
        """The source of a quotation from its sentence up to `position`: (cue, source), either None."""
        clause = Clause(self, start, position)
        words, found = clause.words, None
        for i in reversed(clause.verbs()):
            source = self.said(clause, i, position)
            if source and (found is None or source[0] != "unknown"):
                found = clause.span(i, i + 1), source
                if source[0] != "unknown":
                    return found
        if "according" in words and (i := words.index("according")) + 2 < len(words):
            return clause.span(i, i + 2), self.source(clause, i + 2, clause.until(i + 2, ENDS), position)
        if found:
            return found
        end = len(words) - (words[-1:] == [":"])
        cue, i = clause.span(end, end + 1) if end < len(words) else None, end
        if cue or (words and words[-1][-2:] == "'s"):
            while i and clause.is_capital(i - 1):
                i -= 1
        return cue, self.source(clause, i, end, position) if i < end else self.subject(clause, end, position)

    def after(self, start, end, position):
        """The source of a quotation from the words just after it, as before()."""
        for reach in (70, 300):
            clause = Clause(self, start, min(end, start + reach))
            words, stop = clause.words, clause.until(0, STOPS)
            if stop < len(words) or start + reach >= end:
                break
        first = 0
        while first < stop and words[first] in (",", "—", "–", "―"):
            first += 1
        i = next((i for i in clause.verbs() if first <= i < stop), None)
        if i is None:
            if "according" in words[:stop] and (i := words.index("according")) + 2 < len(words):
                return clause.span(i, i + 2), self.source(clause, i + 2, clause.until(i + 2, ENDS), position)
            if first and words[first - 1] != "," and first < stop and clause.is_capital(first):
                return clause.span(first - 1, first), self.source(clause, first, clause.until(first, ENDS), position)
            return None
        inverted = i == first or all(word in HELPERS for word in words[first:i])
        if inverted or (words[i - 1] == "," and not clause.is_capital(first) and words[first] not in WORDS["np"]):
            j = clause.until(i + 1, ENDS)
            source = self.source(clause, i + 1, j, position)
            if j + 1 < stop and words[j] == "," and clause.is_capital(j + 1) and not clause.is_capital(j - 1):
                source = self.source(clause, j + 1, clause.until(j + 1, ENDS), position)  # "said the minister, Ann Lee,"
        else:
            np = clause.is_capital(first) or words[first] in WORDS["np"] or words[first] in TITLES
            source = self.source(clause, first, min(i, clause.until(first, BREAKS)), position) if np else self.said(clause, i, position)
        return clause.span(i, i + 1), source

    def attribute(self, paragraph, at, opening, closing, end):
        """(voice, because) of the quotation opening..closing between the narration from `at` and up to `end`, or None."""
        raw, cue, source, right = self.raw, None, None, None
        inside = raw[max(opening + 1, closing - 3) : closing].rstrip("\"”“»«'’‘` \n")[-1:]
        follows = raw[closing : closing + 3].strip()[:1]
        lead = raw[max(at, opening - 3) : opening].rstrip()[-1:]
        long = raw.count(" ", opening, min(closing, opening + 200)) > 3
        sentence = self.sentence(max(at, opening - 400), opening) if lead else opening
        own = bool(raw[sentence:opening].strip())
        if own and lead in ":,":
            cue, source = self.before(sentence, opening)
        if not (cue and source):
            if inside not in ".…" or follows.islower() or follows in "—–―":
                right = self.after(closing, end, opening)
                right = right if right and right[1] else None
                if right and (inside in ",?!—–-" or follows == ","):
                    return because(*right)
            if own and not source:
                cue, source = self.before(sentence, opening)
        if cue and source and (long or source[0] != "unknown"):
            return because(cue, source)
        if right:
            return because(*right)
        if not long or (raw[opening] in "'‘`" and inside not in ".,!?…"):
            return None
        if not own:
            stop = opening
            while stop > 0 and raw[stop - 1].isspace():
                stop -= 1
            previous = self.sentence(max(self.since, opening - 400, 0), stop - 1)
            if previous > self.since:
                cue, source = self.before(previous, opening)
                if source and (cue or opening > paragraph):
                    return because(cue, source)
            return self.last or ("unknown", ())
        if self.last and at > paragraph:
            return self.last
        if raw[opening + 1 : closing - 1].istitle():
            return None
        return because(None, source) if source else self.last or ("unknown", ())

    def guest(self, end):
        """Whom an interview is with: the speaker the reader named, else the first person of its introduction."""
        if self.speakers:
            return self.speakers[0], ()
        names = [(self.full(name[0]), (name.span(),)) for name in _NAME.finditer(self.raw, 0, min(end, 5000))]
        people = [name for name in names if not (_fits(name[0], HE) and _fits(name[0], SHE))]
        return next(iter(people or names), ("unknown", ()))


def because(cue, source):
    return source[0], tuple(span for span in (cue, *source[1]) if span)


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
    speech = voices.speakers[0] if len(voices.speakers) == 1 and not turns and not quoted else "narrator"

    def add(start, end, *what):
        text = raw[start:end]
        start, end = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
        if start < end:
            rows.append(Passage(start, end, *what))

    for i, (start, end) in enumerate(paragraphs):
        if i in turns:
            kind, voice, label = turns[i]
            add(start, label, "narration", "narrator", i)
            if voice is None:
                voice, why = voices.last = voices.last or voices.guest(paragraphs[min(turns)][0])
            else:
                voice, why = (voice if voice == "interviewer" else voices.full(voice)), ((start, label),) * (label > start)
            add(label, end, kind, voice, i, why)
            continue
        plain = ("narration", speech)
        if i == 0 and _is_headline(raw, paragraphs):
            plain = ("headline", "narrator")
        if i not in quoted:
            rows.append(Passage(start, end, *plain, i))
            continue
        at, spans = start, quoted[i]
        for n, (opening, closing) in enumerate(spans):
            lead = at
            if opening == start and i and raw[paragraphs[i - 1][1] - 1] == ":":
                lead = paragraphs[i - 1][0]  # "She went on:", and the quotation is the next paragraph
            found = voices.attribute(start, lead, opening, closing, spans[n + 1][0] if n + 1 < len(spans) else end)
            if found:
                voices.last = found
                add(at, opening, *plain, i)
                add(opening, closing, "headline" if plain[0] == "headline" else "quote", found[0], i, found[1])
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
        if ":" in raw[start : min(end, start + 80)] and (label := _LABEL.match(raw, start, end)):
            labels[i] = label[1], label.end()
    counts = Counter(label for label, _ in labels.values())
    labels = {i: label for i, label in labels.items() if counts[label[0]] > 1}
    turns, turn = {}, None
    if len(labels) > 2 and len({label for label, _ in labels.values()}) > 1:
        for i in range(min(labels), len(paragraphs)):
            start, end = paragraphs[i]
            name, after = labels.get(i, ("", start))
            if name.lower() in WORDS["asker"]:
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
