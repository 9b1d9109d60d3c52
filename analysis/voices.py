"""Voices: who is speaking where, and why we think so.

A quotation is found by its marks, in every common style. The speech verb of the sentence around it ("said", in
codebooks/words.toml) leads to its subject, and that to a name: a surname to the fullest name in the text, a pronoun or
a description ("the minister") to the last name that fits. A quotation with no verb of its own goes on with the voice
before it. Interviews, transcripts and speeches are known by their paragraphs (turns.py). Every look around a quotation
is bounded, so that the whole takes time linear in the text's length.
"""

import re
from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

from . import turns
from .actors import HE, PREPOSITIONS, SHE, TITLES, VERBS, WORDS, Names, fits
from .reports import reports

__all__ = ["Attribution", "Passage", "passages", "quotations", "reports"]

_QUOTATION = re.compile(
    r"""["“”„«»‘'`] (?<![^\W_].) (?:  # no mark in a word: it's, 6'3"
        (?<=")(?:[^"“”]|“[^"“”]*+”)*+(?:["“”]|\Z)
      | (?:(?<=“)|(?<=”)(?=\w))[^"”]*+(?:["”]|\Z)
      | (?<=„)[^"“”]*+(?:["“”]|\Z)
      | (?<=«)[^»]*+(?:»|\Z)
      | (?<=»)[^«]*+(?:«|\Z)
      | (?:(?<=‘)(?:[^‘\n]{1,1500}?[,.!?…]’|[^‘\n]{1,1500}?\w’)
        |(?<=`)(?=\w)(?:[^`\n]|(?<=\w)`(?=\w)){1,1500}`
        |(?<=')(?=\w)(?:[^'\n]|(?<=\w)'(?=\w)){1,1500}'
        |(?<=`)`(?=\w)[^`\n]{1,1500}?(?:''|’’))(?!\w))""",
    re.VERBOSE,
)
_REST = re.compile('[^"“”„«»]*+”')
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_](?:[\w'&.-]*\w)?|[,;:()—–―?!]|--")  # on folded text

HELPERS = WORDS["helper"] | WORDS["auxiliary"] | WORDS["be"]
BREAKS = WORDS["break"] | set(",;:()—–―?!") | {"--"}  # what a noun phrase does not run over
ENDS = BREAKS | {"in", "on", "at", "during"}  # what ends the noun phrase after "said"
LEADS = ["according", "to"], ["words", "of"]  # "according to Ann Lee", "in the words of Ann Lee"
PRONOUNS = {"he": HE, "she": SHE, "they": None}
DASHES = ("—", "–", "―")


class Passage(NamedTuple):
    """A stretch of text with one voice; `because` holds the offsets of the cue ("said") and of the names behind it."""

    start: int
    end: int
    kind: str
    voice: str
    paragraph: int
    because: tuple[tuple[int, int], ...] = ()


def quotations(raw, paragraphs):
    """Paragraph -> [(start, end)] of its quotations, whatever the marks.

    Straight marks pair by turns. A quotation that runs over paragraphs ends with each and begins again with the next,
    with or without a mark. A nickname (Marcia “Cia” Price), inches (6'3") and apostrophes are not quotations.

    >>> raw = "„Nein“, «non», ‘no,’ she said. It`s 6'3\\" and \\"no\\"."
    >>> [raw[start:end] for start, end in quotations(raw, [(0, len(raw))])[0]]
    ['„Nein“', '«non»', '‘no,’', '"no"']
    """
    found, opened = {}, -9
    for i, (start, end) in enumerate(paragraphs):
        spans = []
        if i - opened < 6 and (rest := _REST.match(raw, start, end)):  # of a quotation a few paragraphs before
            found |= {k: [paragraphs[k]] for k in range(opened + 1, i)}
            spans.append(rest.span())
        spans += [match.span() for match in _QUOTATION.finditer(raw, spans[0][1] if spans else start, end)]
        if spans := [(opening, closing) for opening, closing in spans if closing - opening > 3]:
            found[i] = spans
            opened = i if spans[-1][1] == end and raw[end - 1] not in '"”»' else -9
    return found


class Clause:
    """The words of a stretch of one sentence, with their offsets. Pronouns in it mean somebody before `position`."""

    def __init__(self, attribution, start, end, position):
        self.raw, self.position = attribution.raw, position
        self.tokens = list(_WORD.finditer(attribution.folded, start, end))
        self.words = [token[0] for token in self.tokens]
        self.verbs = [i for i in range(len(self.words)) if self.is_verb(i)]
        self.names = [attribution.names.at.get(token.start()) for token in self.tokens] + [None]

    def until(self, i, ends):
        """The end of the phrase that begins with word i."""
        return next((j for j in range(i, len(self.words)) if self.words[j] in ends), len(self.words))

    def is_verb(self, i):
        """Is this one of VERBS a verb here? After "the" or "on", "report" and "charges" are nouns."""
        word, last = self.words[i], self.words[i - 1] if i else ""
        if word not in VERBS or self.raw[self.tokens[i].start()].isupper():
            return False
        if last in PREPOSITIONS and word[-3:] != "ing":
            return self.words[max(i - 2, 0) : i] == ["used", "to"]
        return last not in WORDS["determiner"]

    def is_helper(self, i):
        return self.words[i] in HELPERS and not self.names[i]

    def is_passive(self, i):
        """Is the verb at word i a passive one, as in "was told"?"""
        return i > 0 and self.words[i - 1] in WORDS["be"] and self.words[i][-3:] != "ing"

    def is_phrase(self, chunk):
        """Does this begin as a noun phrase does?"""
        return bool(self.names[chunk[0]]) or self.words[chunk[0]] in WORDS["np"]

    def worth(self, chunk):
        """What speaks against a phrase as a subject: a possessive, no name at its beginning, no name at all."""
        owns = any(word[-2:] == "'s" for word in self.words[slice(*chunk)])
        return owns, not self.names[chunk[0]], not any(self.names[slice(*chunk)])

    def span(self, i, j):
        return self.tokens[i].start(), self.tokens[j - 1].end()


class Attribution:
    """The rules that lead from a quotation, or from a noun phrase, to a name of the text.

    A source is (voice, spans): the spans of its noun phrase and, when that is a pronoun or a description, of the name
    that it stands for. `speakers` are names the text may not tell of itself: the guest of an interview, the speaker of
    a speech. `bounds` are its sentences.
    """

    def __init__(self, raw, folded, paragraphs, bounds, speakers=()):
        self.raw, self.folded, self.paragraphs, self.bounds = raw, folded, paragraphs, bounds
        self.body = paragraphs[1][0] if len(paragraphs) > 1 else 0
        self.speakers = [name for name in speakers if name.strip()]
        self.starts = [start for start, _ in bounds]
        self.ends, self.quoted = [], []  # of the quotations that have a voice: where they end, (voice, because)

    @cached_property
    def names(self):
        return Names(self.raw, self.folded, self.speakers)

    def sentence(self, at):
        """The number of the sentence that holds an offset."""
        return max(bisect_right(self.starts, at) - 1, 0)

    def before(self, at):
        """(where it ends, (voice, because)) of the last quotation before an offset."""
        k = bisect_right(self.ends, at)
        return (self.ends[k - 1], self.quoted[k - 1]) if k else (-1, None)

    def resolve(self, start, end):
        """The voice that a noun phrase between two offsets names: "Aliyev" is "Ilham Aliyev", "he" the last name that
        fits, "the minister" who has been called so, or else the phrase itself.

        >>> from analysis import Text
        >>> text = Text("Ilham Aliyev, the president, spoke. He said yes, the president told Baku.")
        >>> [text.attribution.resolve(*span) for span in [(6, 12), (36, 38), (49, 62)]]
        ['Ilham Aliyev', 'Ilham Aliyev', 'Ilham Aliyev']
        """
        clause = Clause(self, start, end, start)
        found = self.source(clause, 0, len(clause.words))
        if found and (found[0] != "unknown" or clause.words[0] in PRONOUNS):
            return found[0]
        return " ".join(self.raw[start:end].split())

    def source(self, clause, i, j):
        """The source that the words i..j name, or None."""
        words = clause.words
        if i >= j:
            return None
        if words[i] in ("i", "we"):
            return "narrator", (clause.span(i, i + 1),)
        if words[i] in PRONOUNS:
            span = clause.span(i, i + 1)
            return self.recent(min(clause.position, span[0]), PRONOUNS[words[i]], span)
        j = next(filter(clause.is_helper, range(i + 1, j)), j)
        head = min(clause.until(i + 1, PREPOSITIONS), j)
        named = next((k for k in range(i, j) if clause.names[k]), None)
        if named is None:
            return self.described(clause, i, head)
        j = next(filter(clause.is_verb, range(named + 1, j)), j)
        head = min(head, j)
        if name := clause.names[head - 1]:  # the phrase ends with a name: "Trump spokeswoman Hope Hicks"
            return self.names.full(name.words, name.gender), ((name.start, name.end),)
        while words[i] in WORDS["determiner"]:
            i += 1
        start, stop = clause.span(i, head if named < head else j)  # "spokesman for Trump", "White House officials"
        return " ".join(self.raw[start:stop].split()), ((start, stop),)

    def described(self, clause, i, head):
        """The source that a description without a name means: "the minister", if somebody has been called so."""
        words, span, name = clause.words, clause.span(i, head), None
        if words[i] == "the" and words[head - 1] in WORDS["expert"]:
            return self.recent(clause.position, None, span)
        if words[i] == "the" and head > i + 1:
            name = self.names.described(words[i + 1 : head], min(clause.position, span[0]))
        return (name[0], (span, name[1])) if name else ("unknown", (span,))

    def recent(self, end, gender, span):
        """Whom a pronoun means: who acts in the narration just before, else the last voice."""
        since, last = self.before(end)
        start, here = max(since, end - 300, 0), self.sentence(end - 1)
        for at, stop in reversed(self.bounds[max(here - 1, 0) : here + 1]):
            # not in the rest of a sentence that was quoted: who is named there is spoken of
            for name in self.names.within(max(at, start), min(end, stop)) if at >= since else ():
                full = not self.folded.startswith("'s", name.end) and self.names.person(name, gender)
                if full:
                    return full, (span, (name.start, name.end))
        if last and fits(last[0], gender):
            return last[0], (span, *last[1][1:][-1:])
        return "unknown", (span,)

    def subject(self, clause, end):
        """The subject of a whole sentence: the first name or pronoun after an opening like "In Geneva,"."""
        words, first = clause.words, 0
        if "," in words[:end] and words[0] in WORDS["subordinator"]:
            first = words.index(",") + 1
        i = next((i for i in range(first, end) if words[i] in PRONOUNS or clause.names[i]), end)
        j = next((k for k in range(i + 1, end) if not clause.names[k] and words[k] not in TITLES), end)
        return self.source(clause, i, j)  # "Rovers coach Liam Byrne"

    def said(self, clause, i):
        """The source of the speech verb at word i, from the words before it or, in "said Ann Lee", after it."""
        last = clause.words[i - 1] if i else ","
        if clause.is_passive(i) and (agent := self.agent(clause, i)):
            return agent
        if last in ("and", "but", "or", "then") or clause.words[i][-3:] == "ing":
            return self.subject(clause, i)
        chunks, behind = self.chunks(clause, i), clause.until(i + 1, ENDS)
        if last not in BREAKS and chunks:
            return self.source(clause, *chunks[0])
        if phrases := list(filter(clause.is_phrase, chunks)):  # of "Ann Lee, the mayor's deputy, said" not the mayor
            return self.source(clause, *min(phrases, key=clause.worth))
        return self.behind(clause, i + 1, behind) if behind > i + 1 else self.subject(clause, i)

    def agent(self, clause, i):
        """The source of a passive: "was told by Ann Lee"; who "was asked" answers with the quotation that follows."""
        by = clause.until(i + 1, ENDS | {"by"})
        source = self.source(clause, by + 1, clause.until(by + 1, ENDS))
        answers = clause.words[i] == "asked" and clause.position >= clause.tokens[i].start()
        return source or (None if answers else ("unknown", ()))

    def chunks(self, clause, i):
        """The phrases before word i, the last first: of "Flynn, a top adviser, said" two."""
        found, k = [], 0
        for m in range(i + 1):
            if m == i or clause.words[m] in BREAKS:
                k += clause.words[k] in ("and", "but")
                if m > k and clause.words[k - 1] != "(":
                    found.append((k, m))
                k = m + 1
            if clause.words[m] == ";":
                found.clear()
        return found[::-1]

    def behind(self, clause, i, j):
        """The source in the words behind the verb: "said the minister, Ann Lee,"."""
        named = clause.names[i] and clause.names[i] is clause.names[j - 1]
        if clause.words[j : j + 1] == [","] and clause.names[j + 1] and not named:
            return self.source(clause, j + 1, clause.until(j + 1, ENDS))
        return self.source(clause, i, j)

    def spoken(self, clause, verbs):
        """(cue, source) of the first of some verbs whose source is known, else of the first that has one, else None."""
        sources = [(clause.span(i, i + 1), source) for i in verbs if (source := self.said(clause, i))]
        return min(sources, key=_is_unknown, default=None)

    def lead(self, clause):
        """(cue, source) where the clause has "according to" or the like, else None."""
        i = next((i for i in range(len(clause.words)) if clause.words[i : i + 2] in LEADS), len(clause.words))
        source = self.source(clause, i + 2, clause.until(i + 2, ENDS))
        return source and (clause.span(i, i + 2), source)

    def left(self, start, position, verbs=VERBS):
        """(cue, source) of a quotation from its sentence up to `position`; with no cue, perhaps the subject."""
        clause = Clause(self, start, position, position)
        if found := self.lead(clause) or self.spoken(
            clause, [i for i in clause.verbs if clause.words[i] in verbs][:-3:-1]
        ):
            return found
        source = self.subject(clause, len(clause.words))
        colon = clause.words[-1:] == [":"]  # "Ann Lee: “…”"
        return source and (clause.span(len(clause.words) - 1, len(clause.words)) if colon else None, source)

    def right(self, opening, closing, end, last):
        """(cue, source) of a quotation from the words just after it, or None; `last` is the mark that ends it."""
        if self.raw[closing : closing + 3].strip()[:1] not in DASHES:
            end = min(end, self.bounds[self.sentence(closing + (-1 if last in ".…" else 1))][1])
        clause = Clause(self, closing, min(end, closing + 300), opening)
        if found := self.lead(clause) or self.spoken(clause, clause.verbs[:2]):
            return found
        if clause.words and clause.words[0] in (*DASHES, "by") and clause.names[1]:  # “…” — Ann Lee
            source = self.source(clause, 1, clause.until(1, ENDS))
            return source and (clause.span(0, 1), source)
        return None

    def attribute(self, paragraph, at, opening, closing, end):
        """(voice, because) of a quotation between the narration from `at` and up to `end`; None when nobody says it."""
        last, whole, long = _shape(self.raw[opening:closing])
        if _is_title(self.raw[opening + 1 : closing - 1]) and not whole:
            return None  # the film “Gone With the Wind”, Marcia “Cia” Price
        start = max(at, self.bounds[self.sentence(opening)][0], opening - 400)
        left, right = self.left(start, opening), self.right(opening, closing, end, last)
        best = _best((right, left) if last in ",?!—–-" else (left, right))
        if best and (long or whole or not _is_unknown(best)):
            return because(*best)
        if not self.raw[start:opening].strip():
            return self.alone(opening) if long or whole else None
        return self.part(opening, at > paragraph, left) if long else None

    def part(self, opening, goes_on, left):
        """(voice, because) of some words of a sentence without a speech verb: the last voice of the paragraph goes on,
        or the subject speaks."""
        if goes_on:
            return self.before(opening)[1]
        return because(*left) if left and not _is_unknown(left) else None

    def alone(self, opening):
        """(voice, because) of a quotation that is a sentence of its own: the sentence before tells, or else the
        last voice goes on."""
        since, last = self.before(opening)
        here = self.sentence(opening)
        start = max(self.bounds[here - 1][0], opening - 400) if here else -1
        found = self.left(start, self.bounds[here - 1][1], WORDS["reports"]) if start >= max(since, 0) else None
        return because(*found) if found else last or ("unknown", ())


def _is_unknown(found):
    return found[1][0] == "unknown"


def _best(sides):
    """Of the sides of a quotation that have a cue the first with a known source, else the first."""
    return min((side for side in sides if side and side[0]), key=_is_unknown, default=None)


def _shape(quotation):
    """(its last mark, is it a whole sentence?, is it of more than four words?)."""
    last = quotation[1:][-3:].rstrip("\"”“»«'’‘` \n")[-1:]
    whole = last in ".,!?…" and quotation[:3].lstrip("\"“„«»'‘`")[:1].isupper()
    return last, whole, quotation.count(" ", 0, 200) > 3


def because(cue, source):
    return source[0], tuple(span for span in (cue, *source[1]) if span)


def _is_title(text):
    """Have most words a capital, and all but the small ones? ("Gone With the Wind")"""
    words = text[:200].split()
    small = [word for word in words if not word[0].isupper()]
    known = all(len(word) < 4 or word.lower() in PREPOSITIONS for word in small)
    return text[:1].isupper() and known and 2 * len(small) <= len(words)


def passages(attribution):
    """The [Passage] of an Attribution's text: contiguous, in order, white space trimmed; they cover every paragraph.

    `kind` is headline, narration, question, answer or quote; `voice` the speaker's fullest name in the text, or
    "narrator", "interviewer", "unknown". A label ("Q:", "NOVAK:") is part of the turn that it opens. The words of a
    speech are the speaker's narration.
    """
    raw, paragraphs, rows = attribution.raw, attribution.paragraphs, []
    quoted = quotations(raw, paragraphs)
    titled = _is_headline(raw, paragraphs)
    own = turns.turns(attribution, paragraphs, quoted, titled)
    attribution.ends, attribution.quoted = [], []
    for i, (start, end) in enumerate(paragraphs):
        heads = titled and not i
        turn = own.get(i) or turns.Turn("headline" if heads else "narration", "narrator")
        at, spans = start, quoted.get(i, ())
        for n, (opening, closing) in enumerate(spans, 1):
            last = attribution.before(opening)[1]
            found = attribution.attribute(start, at, opening, closing, spans[n][0] if n < len(spans) else end)
            if not found or (i in own and not _is_new(found, last, turn.voice)):
                continue
            _add(rows, raw, at, opening, turn, i)
            if found is not last:
                _name_the_parts(rows, raw, opening, found)
            rows.append(Passage(opening, closing, "headline" if heads else "quote", found[0], i, found[1]))
            attribution.ends.append(closing)
            attribution.quoted.append(found)
            at = closing
        _add(rows, raw, at, end, turn, i)
    return rows


def _is_new(found, last, voice):
    """In a turn, a quotation needs a speaker of its own."""
    return found is not last and found[1] and found[0] not in ("narrator", voice)


def _name_the_parts(rows, raw, opening, found):
    """A quotation that runs over paragraphs has the speaker who is named where it ends."""
    for k in range(len(rows) - 1, max(len(rows) - 21, -1), -1):
        part = rows[k]
        if part.kind != "quote" or raw[part.end - 1] in "\"”»“’`'" or raw[part.end : opening].strip():
            break
        rows[k] = part._replace(voice=found[0], because=found[1])
        opening = part.start


def _add(rows, raw, start, end, turn, paragraph):
    """A passage without the white space around it; the full stop after a quotation is no passage of its own."""
    text = raw[start:end]
    start, end = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
    if rows and end - start < 4 and rows[-1].paragraph == paragraph and not any(map(str.isalnum, raw[start:end])):
        rows[-1] = rows[-1]._replace(end=max(end, rows[-1].end))
    elif start < end:
        rows.append(Passage(start, end, turn.kind, turn.voice, paragraph, turn.because))


def _is_headline(raw, paragraphs):
    """Is the first paragraph a title: short with no full stop, or Written Mostly in Capitals?"""
    if len(paragraphs) < 2:
        return False
    start, end = paragraphs[0]
    words = raw[start : min(end, start + 250)].split()
    if len(words) > 25:
        return False
    if raw[end - 1] not in '.!?,;:"”’»*>':
        return True
    long = [word for word in words if len(word) > 3]
    return (len(words) > 3 and sum(word[0].isupper() for word in long) > 0.6 * len(long)) or ": “" in raw[start:end]
