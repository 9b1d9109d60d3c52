"""Voices: who is speaking where, and why we think so.

A quotation is found by its marks. The narration around it is parsed with a "Yes" in the quotation's place, as a parser
errs least in short sentences. A verb of saying leads to its subject, and that to a name; without one the last voice
goes on. Interviews, transcripts and speeches are known by their paragraphs (turns.py).
"""

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import chain
from operator import attrgetter, itemgetter
from typing import NamedTuple

from . import parse, turns
from .actors import GENDERS, Names, antecedents, fits
from .clauses import SUBJECTS, TELLING, VERBAL, agent, child, is_passive, offsets, phrase
from .reports import believed, reports

__all__ = ["Attribution", "Passage", "believed", "passages", "quotations", "reports"]

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
NEAR = 400  # characters to look around a quotation, so that time is linear in the length of a text
PERSONAL = ("he", "she", "they")
ENDING = ("—", "–", "―", "-", "by")  # before who speaks, just behind a quotation


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

    A quotation that is not closed ends with its paragraph. A title (“Gone With the Wind”), a nickname (Marcia “Cia”
    Price), inches (6'3") and apostrophes are not quotations.

    >>> raw = "„Nein!“, «non», ‘no,’ she said. It`s 6'3\\" and \\"no\\"."
    >>> [raw[start:end] for start, end in quotations(raw, [(0, len(raw))])[0]]
    ['„Nein!“', '«non»', '‘no,’', '"no"']
    """
    found = ((i, list(_QUOTATION.finditer(raw, *span))) for i, span in enumerate(paragraphs))
    return {
        i: spans
        for i, own in found
        if (spans := [match.span() for match in own if len(match[0]) > 3 and not _is_title(raw, *match.span())])
    }


class Attribution:
    """The way from a quotation to a verb of saying, from that to a noun, and from a noun to a name of the text."""

    def __init__(self, text):
        self.text, self.raw, self.paragraphs, self.labels = text, text.raw, text.paragraphs, text.labels
        # names the text may not tell of itself: the guest of an interview, the speaker of a speech
        self.speakers = [name for name in text.meta.get("speakers", ()) if name.strip()]
        self.names = Names(text.raw, text.folded, self.speakers)
        self.quotations = quotations(text.raw, text.paragraphs)
        self.quoted = []  # of the quotations that have a voice: where they end, (voice, because)

    @cached_property
    def narration(self):
        """The parse of the sentences with quotations, a "Yes" in place of each; ``token.idx`` is an offset in raw."""
        shown, spans, bounds = [" "] * len(self.raw), list(chain(*self.quotations.values())), self.text.bounds
        near = ((self.text.sentence_at(a), self.text.sentence_at(b + 3) + 1) for a, b in spans)  # +3: "\n— Lee"
        for start, end in {span for first, last in near for span in bounds[first:last]}:
            shown[start:end] = self.raw[start:end]
        for opening, closing in spans:
            last = _shape(self.raw[opening:closing])[0]
            shown[opening:closing] = f'"Yes{last}'.ljust(closing - opening - 1)[: closing - opening - 1] + '"'
        return parse.parse("".join(shown), [(start, start) for start, _ in bounds if not shown[start].isspace()])

    @cached_property
    def nouns(self):
        """Where each noun phrase of the narration begins -> its head."""
        return {chunk.start: chunk.root for chunk in self.narration.noun_chunks}

    def tokens(self, start, end):
        """The words of the narration between two offsets."""
        first, last = (bisect_left(self.narration, at, key=attrgetter("idx")) for at in (start, max(start, end)))
        return [token for token in self.narration[first:last] if not token.is_space]

    def before(self, at):
        """(where it ends, (voice, because)) of the last quotation before an offset."""
        k = bisect_right(self.quoted, at, key=itemgetter(0))
        return self.quoted[k - 1] if k else (0, None)

    # --- from a quotation to a voice

    def attribute(self, paragraph, at, opening, closing, end):
        """(voice, because) of a quotation between the narration from `at` and up to `end`; None when nobody says it."""
        (last, whole, long), bounds = _shape(self.raw[opening:closing]), self.text.bounds
        start = max(at, bounds[self.text.sentence_at(opening)][0])
        if self.raw[closing : closing + 3].strip()[:1] not in ENDING:
            end = min(end, bounds[self.text.sentence_at(closing + (-1 if last in ".…" else 1))][1])
        left, right = self.tokens(max(start, opening - NEAR), opening), self.tokens(closing, min(end, closing + NEAR))
        above = [*next((one.ancestors for one in self.tokens(opening, closing) if one.text == "Yes"), ())]
        found = []
        for cue in (*left[::-1], *right):
            if (noun := self.teller(cue)) is not None:
                voice, spans = self.source(noun)
                key = voice in ("unknown", "narrator"), cue.lower_ != "according", cue not in above
                found.append((key, (voice, (_span(cue), *spans))))
        _, best = min(found, key=itemgetter(0), default=(None, None))
        if best and (long or whole or best[0] != "unknown"):
            return best
        alone = not self.raw[start:opening].strip()
        return self.untold(left, opening, alone, at > paragraph) if long or (whole and alone) else None

    def untold(self, left, opening, alone, goes_on):
        """(voice, because) of a quotation without a verb of saying: the subject of its sentence, or if that is all
        quotation of the sentence before, or else the last voice.
        """
        since, last = self.before(opening)
        if not alone:
            own = not goes_on and self.subject(left)
            found = self.source(own) if own else last
            return found if goes_on or (own and found[0] != "unknown") else None
        start, stop = self.text.bounds[max(self.text.sentence_at(opening) - 1, 0)]
        own = start >= since and stop <= opening and self.subject(self.text.parsed(max(start, stop - NEAR), stop))
        return (self.source(own) if own else last) or ("unknown", ())

    # --- from a cue to a noun

    def teller(self, cue):
        """Who speaks by a word that tells of speech: "said", "according to", a colon, a dash; that word itself where it
        does not say, None of any other word."""
        doc = cue.doc
        if cue.lower_ == "according":
            return child(child(cue, "prep") or cue, "pobj")
        if cue.text == ":":  # "Ann Lee: “…”"
            return self.subject(doc[cue.i - 1 : cue.i]) or self.subject(doc[cue.sent.start : cue.i])
        if cue.text in ENDING and doc[cue.i - 1].text == '"':  # “…” — Ann Lee
            return self.subject(doc[cue.i + 1 : cue.i + 2])
        telling = ("say", "tell", "add") if cue.tag_ == "VB" else TELLING  # not "to blame"
        if cue.pos_ not in VERBAL or cue.lemma_ not in telling:
            return None
        told = self.said(cue) or (not is_passive(cue) and self.subject(doc[cue.sent.start : cue.i]))
        return told or (None if cue.tag_ == "VBG" else cue)  # "Adding, “…”" goes on

    def said(self, verb):
        """Who says what a verb tells: its agent, or the noun behind it if a quotation parts the two; of "saying" and
        "adding" the subject of the sentence."""
        if is_passive(verb) or (verb.tag_ == "VBG" and child(verb, *SUBJECTS) is None):
            return agent(verb) if is_passive(verb) else None
        own = next((one for one in reversed([*verb.lefts]) if one.dep_ in SUBJECTS), None) or agent(verb)
        parted = own is None or '"' in (one.text for one in verb.doc[min(own.i, verb.i) : max(own.i, verb.i)])
        return (parted and self.nouns.get(verb.i + 1)) or own

    def subject(self, tokens):
        """The first subject among some words that is a pronoun or has a name in it, else the first such word."""
        known = [
            one
            for one in tokens
            if one.dep_ in SUBJECTS and (one.lower_ in PERSONAL or self.names.within(*offsets(one.doc, phrase(one))))
        ]
        first = min(known, key=lambda one: one.head != one.sent.root, default=None)
        return first or next((one for one in tokens if one.lower_ in PERSONAL or self.names.around(one.idx)), None)

    # --- from a noun to a name

    def source(self, noun):
        """(voice, spans): whom a noun names, and where it and the name behind it stand.

        "Aliyev" is "Ilham Aliyev", "he" and "the minister" the last who fits, else a description is a voice.

        >>> from analysis import Text
        >>> text = Text("Ilham Aliyev spoke. He said yes. Aliyev told the nurse.")
        >>> [text.attribution.source(text.doc[i])[0] for i in (1, 4, 8, 11)]
        ['Ilham Aliyev', 'Ilham Aliyev', 'Ilham Aliyev', 'the nurse']
        """
        if noun.pos_ in VERBAL:
            return "unknown", ()
        if noun.lower_ in ("i", "we"):
            return "narrator", (_span(noun),)
        if meant := antecedents(self.text).get(self.text.parsed(*_span(noun)).start):
            voice, spans = self.source(meant)
            return voice, (_span(noun), *spans)
        if noun.lower_ in PERSONAL:
            return self.recent(_span(noun), noun.lower_)
        apart = (self.names.around(one.idx) for one in noun.subtree if one.dep_ == "appos" and one.i > noun.i)
        if name := self.names.around(noun.idx) or next((it for it in apart if it and self.names.person(it)), None):
            return self.names.full(name.words, self.names.title(name)), ((name.start, name.end),)
        return self.described(noun)

    def described(self, noun):
        """The source that a description means: "the minister" is whom the text calls so, else these words are."""
        doc, (first, last) = noun.doc, phrase(noun, joined=False)
        if last < len(doc) and doc[last].lower_ == "to" and doc[last].head == noun.head:
            last = doc[last].right_edge.i + 1  # "said an adviser to Ann Lee"
        if self.names.within(*offsets(doc, (first, last))):
            span = offsets(doc, (first + (doc[first].dep_ == "det"), last))
            return " ".join(self.raw[slice(*span)].split()), (span,)
        span = offsets(doc, (first, noun.i + 1))
        if doc[first].lower_ == "the" and (name := self.names.called(noun.lower_, span[0])):
            return self.names.full(name.words, self.names.title(name)), (span, (name.start, name.end))
        voice = " ".join(self.raw[slice(*span)].split())
        known = noun.pos_ in ("NOUN", "PROPN") and " " in voice
        return voice[0].lower() + voice[1:] if known else "unknown", (span,)

    def recent(self, span, pronoun):
        """The last voice before a pronoun, if it fits, or the only person named near it."""
        _, last = self.before(span[0])
        if last and fits(last[0], GENDERS[pronoun]):
            return last[0], (span, *last[1][1:][-1:])
        named = self.names.within(span[0] - NEAR, span[0])
        near = {full: it for it in named if " " in (full := self.names.person(it, GENDERS[pronoun]))}
        if len(near) == 1 and pronoun != "they":
            [(full, it)] = near.items()
            return full, (span, (it.start, it.end))
        return "unknown", (span,)


def _span(token):
    return token.idx, token.idx + len(token)


def _shape(quotation):
    """(its last mark, is it a whole sentence?, is it of more than four words?)."""
    last = quotation[1:][-3:].rstrip("\"”“»«'’‘` \n")[-1:]
    whole = last in ".,!?…" and quotation[:3].lstrip("\"“„«»'‘`")[:1].isupper()
    return last, whole, quotation.count(" ", 0, 200) > 3


def _is_title(raw, opening, closing):
    """Have most words a capital, and all but the small ones? The film “Gone With the Wind”, Marcia “Cia” Price."""
    words = raw[opening + 1 : closing - 1][:200].split()
    small = [word for word in words if not word[0].isupper()]
    capital = raw[opening + 1].isupper() and 2 * len(small) <= len(words) and all(len(word) < 5 for word in small)
    return capital and not _shape(raw[opening:closing])[1]


def passages(attribution):
    """The [Passage] of an Attribution's text: contiguous, in order, white space trimmed; they cover every paragraph.

    `kind` is headline, narration, question, answer or quote; `voice` the speaker's fullest name in the text, or
    "narrator", "interviewer", "unknown". A label ("Q:", "NOVAK:") is part of the turn that it opens. The words of a
    speech are the speaker's narration.
    """
    raw, paragraphs, rows = attribution.raw, attribution.paragraphs, []
    titled = _is_headline(raw, paragraphs)
    own = turns.turns(attribution)
    attribution.quoted = []
    for i, (start, end) in enumerate(paragraphs):
        heads = titled and not i
        turn = own.get(i) or turns.Turn("headline" if heads else "narration", "narrator")
        at, spans = start, attribution.quotations.get(i, ())
        for n, (opening, closing) in enumerate(spans, 1):
            found = attribution.attribute(start, at, opening, closing, spans[n][0] if n < len(spans) else end)
            if i in own:
                found = _in_turn(attribution, i, opening, found, turn)
            if not found:
                continue
            _add(rows, raw, at, opening, turn, i)
            rows.append(Passage(opening, closing, "headline" if heads else "quote", found[0], i, found[1]))
            attribution.quoted.append((closing, found))
            at = closing
        _add(rows, raw, at, end, turn, i)
    return rows


def _in_turn(attribution, paragraph, opening, found, turn):
    """What is found for a quotation in a turn, if words say that another speaks; the turn's before its label."""
    label = attribution.labels.get(paragraph)
    if label and opening < label.start:
        return turn.voice, turn.because
    new = found and found is not attribution.before(opening)[1]
    return found if new and found[1] and found[0] not in ("narrator", turn.voice) else None


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
