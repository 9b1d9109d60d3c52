"""Voices: who is speaking where, and why we think so.

A quotation is found by its marks, in every common style. The speech verb of the sentence around it ("said", in
codebooks/words.toml) leads to its subject, and that to a name: a surname to the fullest name in the text, a pronoun or
"the minister" to the last name that fits. A quotation with no verb of its own goes on with the voice
before it. Interviews, transcripts and speeches are known by their paragraphs (turns.py). Every look around a quotation
is bounded, so that the whole takes time linear in the text's length.
"""

import re
from bisect import bisect_right
from itertools import pairwise
from operator import itemgetter
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
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_](?:[\w'&.-]*\w)?|[,;:()—–―?!]|--")  # on folded text

HELPERS = WORDS["helper"] | WORDS["auxiliary"] | WORDS["be"]
BREAKS = WORDS["break"] | set(",;:()—–―?!") | {"--"}  # what a noun phrase does not run over
ENDS = BREAKS | {"in", "on", "at", "during"}  # what ends the noun phrase after "said"
LEADS = ["according", "to"], ["words", "of"]  # "according to Ann Lee", "in the words of Ann Lee"
DESCRIBES = frozenset("the a an one another his her their our my".split())  # before a description
LONGEST = 5  # words of a description that stands for a voice ("a retired general")
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
    """Paragraph -> [(start, end)] of its quotations, whatever the marks; straight marks pair by turns.

    A quotation that is not closed ends with its paragraph. A nickname (Marcia “Cia” Price), inches (6'3") and
    apostrophes are not quotations.

    >>> raw = "„Nein“, «non», ‘no,’ she said. It`s 6'3\\" and \\"no\\"."
    >>> [raw[start:end] for start, end in quotations(raw, [(0, len(raw))])[0]]
    ['„Nein“', '«non»', '‘no,’', '"no"']
    """
    found = ((i, list(_QUOTATION.finditer(raw, *span))) for i, span in enumerate(paragraphs))
    return {i: spans for i, own in found if (spans := [match.span() for match in own if len(match[0]) > 3])}


class Clause:
    """The words of a stretch of one sentence, and what they say of who speaks.

    A source is (voice, spans): the spans of its noun phrase and, when that is a pronoun or a description, of the name
    that it stands for. Pronouns mean somebody before `position`.
    """

    def __init__(self, attribution, start, end, position):
        self.attribution, self.raw, self.position = attribution, attribution.raw, position
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
        return last not in WORDS["determiner"] and (last not in PREPOSITIONS or word[-3:] == "ing")

    def worth(self, chunk):
        """What speaks against a phrase as a subject: its beginning, that it is whose, that it has no name."""
        begins, named = bool(self.names[chunk[0]]), any(self.names[slice(*chunk)])
        owns = any(word[-2:] == "'s" for word in self.words[slice(*chunk)])
        return not (begins or self.words[chunk[0]] in WORDS["np"]), owns, not begins, not named

    def span(self, i, j):
        return self.tokens[i].start(), self.tokens[j - 1].end()

    def source(self, i, j):
        """The source that the words i..j name, or None."""
        words = self.words
        if i >= j:
            return None
        if words[i] in ("i", "we"):
            return "narrator", (self.span(i, i + 1),)
        if words[i] in PRONOUNS:
            span = self.span(i, i + 1)
            return self.attribution.recent(min(self.position, span[0]), PRONOUNS[words[i]], span)
        j = min(j, self.until(i + 1, HELPERS))
        head = min(j, self.until(i + 1, PREPOSITIONS))
        named = next((k for k in range(i, j) if self.names[k]), None)
        if named is None:
            return self.described(i, head)
        j = next((k for k in self.verbs if named < k < j), j)
        head = min(head, j)
        if name := self.names[head - 1]:  # the phrase ends with a name: "Trump spokeswoman Hope Hicks"
            return self.attribution.names.full(name.words), ((name.start, name.end),)
        while words[i] in WORDS["determiner"]:
            i += 1
        start, stop = self.span(i, head if named < head else j)  # "spokesman for Trump", "White House officials"
        return " ".join(self.raw[start:stop].split()), ((start, stop),)

    def described(self, i, head):
        """The source that words without a name mean: "the minister" is whom the text calls so, "the expert" whoever it
        is about, anybody else is called by these words."""
        words, span = self.words, self.span(i, head)
        if words[i] == "the" and words[head - 1] in WORDS["expert"]:
            return self.attribution.recent(self.position, None, span)
        if words[i] == "the" and (name := self.attribution.names.called(words[head - 1], span[0])):
            return self.attribution.names.full(name.words), (span, (name.start, name.end))
        if words[i] not in DESCRIBES or not 1 < head - i <= LONGEST or not words[head - 1].isalpha():
            return "unknown", (span,)
        phrase = " ".join(self.raw[slice(*span)].split())
        return phrase[0].lower() + phrase[1:], (span,)

    def subject(self, end):
        """The subject of a whole sentence: the first name or pronoun after an opening like "In Geneva,"."""
        words, first = self.words, 0
        if "," in words[:end] and words[0] in WORDS["subordinator"]:
            first = words.index(",") + 1
        i = next((i for i in range(first, end) if words[i] in PRONOUNS or self.names[i]), end)
        return self.source(i, next((k for k in range(i + 1, end) if not self.names[k] and words[k] not in TITLES), end))

    def said(self, i):
        """The source of the speech verb at word i: before it, after "by", or in "said Ann Lee" behind it."""
        word, last = self.words[i], self.words[i - 1] if i else ","
        if last in WORDS["be"] and word[-3:] != "ing":
            by = self.until(i + 1, ENDS | {"by"})
            return self.source(by + 1, self.until(by + 1, ENDS)) or ("unknown", ())
        if last in ("and", "but", "or", "then") or word[-3:] == "ing":
            return self.subject(i)
        chunks = self.chunks(i)
        if chunks and last not in BREAKS:
            return self.source(*chunks[0])
        best = min(chunks, key=self.worth, default=None)
        if best and not self.worth(best)[0]:  # of "Ann Lee, the mayor's deputy, said" not the mayor
            return self.source(*best)
        return self.behind(i + 1) or self.subject(i)

    def chunks(self, end):
        """The phrases before a word, the last first: of "Flynn, a top adviser, said" two."""
        cuts = [-1, *(i for i in range(end) if self.words[i] in BREAKS), end]
        if ";" in self.words[:end]:
            cuts = cuts[max(k for k, i in enumerate(cuts[:-1]) if i >= 0 and self.words[i] == ";") :]
        found = [(a + 1 + (self.words[a + 1] in ("and", "but")), b) for a, b in pairwise(cuts)]
        return [(a, b) for a, b in reversed(found) if a < b and self.words[a - 1 : a] != ["("]]

    def behind(self, i):
        """The source in the words from i on, behind the verb: "said the minister, Ann Lee,"."""
        j = self.until(i, ENDS)
        named = self.names[i] and self.names[i] is self.names[j - 1]
        if self.words[j : j + 1] == [","] and self.names[j + 1] and not named:
            return self.source(j + 1, self.until(j + 1, ENDS))
        return self.source(i, j)

    def told(self, verbs):
        """The source, and before its spans the cue, by "according to", one of some verbs, or a colon at the end: the
        first that is known, else the first, or None."""
        words, end = self.words, len(self.words)
        leads = [i for i in range(end) if words[i : i + 2] in LEADS]
        found = [(self.span(i, i + 2), self.source(i + 2, self.until(i + 2, ENDS))) for i in leads[:1]]
        found += [(self.span(i, i + 1), self.said(i)) for i in verbs]
        if words[-1:] == [":"]:  # "Ann Lee: “…”"
            found.append((self.span(end - 1, end), self.subject(end)))
        sources = ((source[0], (cue, *source[1])) for cue, source in found if source)
        return min(sources, key=_is_unknown, default=None)


class Attribution:
    """The rules that lead from a quotation, or from a noun phrase, to a name of the text.

    `speakers` are names the text may not tell of itself: the guest of an interview, the speaker of a speech. `bounds`
    are its sentences.
    """

    def __init__(self, raw, folded, paragraphs, bounds, speakers=()):
        self.raw, self.folded, self.paragraphs, self.bounds = raw, folded, paragraphs, bounds
        self.speakers = [name for name in speakers if name.strip()]
        self.names = Names(raw, folded, self.speakers)
        self.quoted = []  # of the quotations that have a voice: where they end, (voice, because)

    def sentence(self, at):
        """The number of the sentence that holds an offset."""
        return max(bisect_right(self.bounds, at, key=itemgetter(0)) - 1, 0)

    def before(self, at):
        """(where it ends, (voice, because)) of the last quotation before an offset."""
        k = bisect_right(self.quoted, at, key=itemgetter(0))
        return self.quoted[k - 1] if k else (0, None)

    def resolve(self, start, end):
        """The voice that a noun phrase between two offsets names: "Aliyev" is "Ilham Aliyev", "he" the last name that
        fits, or else the phrase itself.

        >>> from analysis import Text
        >>> text = Text("Ilham Aliyev spoke. He said yes. Aliyev told the nurse.")
        >>> [text.attribution.resolve(*span) for span in [(20, 22), (33, 39), (45, 54)]]
        ['Ilham Aliyev', 'Ilham Aliyev', 'the nurse']
        """
        clause = Clause(self, start, end, start)
        found = clause.source(0, len(clause.words))
        if found and (found[0] != "unknown" or clause.words[0] in PRONOUNS):
            return found[0]
        return " ".join(self.raw[start:end].split())

    def recent(self, end, gender, span):
        """Whom a pronoun means: who acts in the narration just before, else the last voice."""
        since, last = self.before(end)
        here = self.sentence(end - 1)
        for at, stop in reversed(self.bounds[max(here - 1, 0) : here + 1]):
            for name in self.names.within(max(at, since, end - 300), min(end, stop)):
                if full := self.names.person(name, gender):
                    return full, (span, (name.start, name.end))
        if last and fits(last[0], gender):
            return last[0], (span, *last[1][1:][-1:])
        return "unknown", (span,)

    def right(self, opening, closing, end, last):
        """(voice, because) of a quotation by the words just after it, or None; `last` is the mark that ends it."""
        if self.raw[closing : closing + 3].strip()[:1] not in DASHES:
            end = min(end, self.bounds[self.sentence(closing + (-1 if last in ".…" else 1))][1])
        clause = Clause(self, closing, min(end, closing + 300), opening)
        if found := clause.told(clause.verbs):
            return found
        if clause.words and clause.words[0] in (*DASHES, "by") and clause.names[1]:  # “…” — Ann Lee
            return clause.source(1, clause.until(1, ENDS))
        return None

    def attribute(self, paragraph, at, opening, closing, end):
        """(voice, because) of a quotation between the narration from `at` and up to `end`; None when nobody says it."""
        last, whole, long = _shape(self.raw[opening:closing])
        if _is_title(self.raw[opening + 1 : closing - 1]) and not whole:
            return None  # the film “Gone With the Wind”, Marcia “Cia” Price
        start = max(at, self.bounds[self.sentence(opening)][0], opening - 400)
        clause = Clause(self, start, opening, opening)
        sides = [clause.told(clause.verbs[::-1]), self.right(opening, closing, end, last)]
        best = min(filter(None, sides[::-1] if last in ",?!—–-" else sides), key=_is_unknown, default=None)
        if best and (long or whole or not _is_unknown(best)):
            return best
        if not self.raw[start:opening].strip():
            return self.alone(opening) if long or whole else None
        return self.part(clause, at > paragraph) if long else None

    def part(self, clause, goes_on):
        """(voice, because) of some words of a sentence without a speech verb: the last voice of the paragraph goes on,
        or the subject speaks."""
        if goes_on:
            return self.before(clause.position)[1]
        subject = clause.subject(len(clause.words))
        return subject if subject and not _is_unknown(subject) else None

    def alone(self, opening):
        """(voice, because) of a quotation that is a sentence of its own: the sentence before tells, or else the
        last voice goes on."""
        since, last = self.before(opening)
        here = self.sentence(opening)
        start, stop = self.bounds[here - 1] if here else (-1, 0)
        if start < since:
            return last or ("unknown", ())
        clause = Clause(self, max(start, opening - 400), stop, stop)
        verbs = [i for i in reversed(clause.verbs) if clause.words[i] in WORDS["reports"]]
        return clause.told(verbs) or clause.subject(len(clause.words)) or last or ("unknown", ())


def _is_unknown(found):
    return found[0] == "unknown"


def _shape(quotation):
    """(its last mark, is it a whole sentence?, is it of more than four words?)."""
    last = quotation[1:][-3:].rstrip("\"”“»«'’‘` \n")[-1:]
    whole = last in ".,!?…" and quotation[:3].lstrip("\"“„«»'‘`")[:1].isupper()
    return last, whole, quotation.count(" ", 0, 200) > 3


def _is_title(text):
    """Have most words a capital, and all but the small ones? ("Gone With the Wind")"""
    words = text[:200].split()
    small = [word for word in words if not word[0].isupper()]
    return text[:1].isupper() and 2 * len(small) <= len(words) and all(len(word) < 5 for word in small)


def passages(attribution):
    """The [Passage] of an Attribution's text: contiguous, in order, white space trimmed; they cover every paragraph.

    `kind` is headline, narration, question, answer or quote; `voice` the speaker's fullest name in the text, or
    "narrator", "interviewer", "unknown". A label ("Q:", "NOVAK:") is part of the turn that it opens. The words of a
    speech are the speaker's narration.
    """
    raw, paragraphs, rows = attribution.raw, attribution.paragraphs, []
    quoted = quotations(raw, paragraphs)
    titled = _is_headline(raw, paragraphs)
    own = turns.turns(attribution, quoted)
    attribution.quoted = []
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
            rows.append(Passage(opening, closing, "headline" if heads else "quote", found[0], i, found[1]))
            attribution.quoted.append((closing, found))
            at = closing
        _add(rows, raw, at, end, turn, i)
    return rows


def _is_new(found, last, voice):
    """In a turn, a quotation needs a speaker of its own."""
    return found is not last and found[1] and found[0] not in ("narrator", voice)


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
    start, end = paragraphs[0] if len(paragraphs) > 1 else (0, 0)
    words = raw[start : min(end, start + 250)].split()
    if not words or len(words) > 25:
        return False
    long = [word[0].isupper() for word in words if len(word) > 3]
    plain = raw[end - 1] not in '.!?,;:"”’»*>' or ": “" in raw[start:end]
    return plain or (len(words) > 3 and sum(long) > 0.6 * len(long))
