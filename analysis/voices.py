"""Voices: who is speaking where, and why we think so.

A quotation is found by its marks, in every common style. Then the narration around it is parsed with a "Yes" in the
quotation's place, as a parser errs least in short sentences. The verb of saying leads to its subject, and that to a
name: a surname to the fullest name in the text, a pronoun or "the minister" to the last name that fits. A quotation
with no verb of its own goes on with the voice before it. Interviews, transcripts and speeches are known by their
paragraphs (turns.py).
"""

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import chain
from operator import attrgetter, itemgetter
from typing import NamedTuple

from . import parse, turns
from .clauses import SUBJECTS, VERBAL, agent, child, is_passive, offsets, phrase
from .clauses import WORDS as PARSED
from .names import BODIES, HE, SHE, VERBS, WORDS, Names
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
_WORD_BEHIND = re.compile(r"[,?!].\s*[a-z]+\s+")
_CALLED = re.compile(r"(?:\bname|\b(?:called|dubbed)(?: him| her| it| them)?|nicknamed?(?: is)?|known as|titled) $")
MARKS = "\"“”„«»'’‘`"
NEAR = 400  # characters to look around a quotation, so that time is linear in the length of a text
PRONOUNS = {"he": HE, "she": SHE, "they": frozenset()}
NAMING = frozenset("call describe brand label dub denounce portray depict".split())
NOMINAL = frozenset("det amod compound poss nummod nmod case advmod quantmod punct".split())  # before a noun's head
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
    """The rules that lead from a quotation, or from a noun phrase, to a name of the text."""

    def __init__(self, text):
        self.text, self.raw, self.paragraphs = text, text.raw, text.paragraphs
        self.bounds, self.labels = text.bounds, text.labels
        # names the text may not tell of itself: the guest of an interview, the speaker of a speech
        self.speakers = text.meta.get("speakers") or []
        self.names = Names(text.raw, text.folded, self.speakers)
        self.quotations = quotations(text.raw, text.paragraphs)
        self.quoted = []  # of the quotations that have a voice: where they end, (voice, because)

    # --- the narration

    @cached_property
    def narration(self):
        """The parse of the sentences with quotations, a "Yes" in place of each; ``token.idx`` is an offset in raw."""
        shown, spans = [" "] * len(self.raw), list(chain(*self.quotations.values()))
        at = self.text.sentence_at
        near = ((at(opening), at(closing + 3) + 1) for opening, closing in spans)  # +3: "\n— Lee"
        for start, end in {span for first, last in near for span in self.bounds[first:last]}:
            shown[start:end] = self.raw[start:end]
        for opening, closing in spans:
            last = _shape(self.raw[opening:closing])[0]
            shown[opening:closing] = f'"Yes{last}'.ljust(closing - opening - 1)[: closing - opening - 1] + '"'
        return parse.parse("".join(shown), [(start, start) for start, _ in self.bounds if not shown[start].isspace()])

    def tokens(self, start, end):
        """The words of the narration between two offsets."""
        first, last = (bisect_left(self.narration, at, key=attrgetter("idx")) for at in (start, max(start, end)))
        return [token for token in self.narration[first:last] if not token.is_space]

    def before(self, at):
        """(where it ends, (voice, because)) of the last quotation before an offset."""
        k = bisect_right(self.quoted, at, key=itemgetter(0))
        return self.quoted[k - 1] if k else (0, None)

    # --- from a noun to a voice

    def source(self, noun, before=None):
        """(voice, spans): whom a noun names, and where it and the name behind it stand; a pronoun means somebody named
        before an offset.

        "Aliyev" is "Ilham Aliyev", "he" and "the minister" the last name that fits, else a description is a voice.

        >>> from analysis import Text
        >>> text = Text("Ilham Aliyev spoke. He said yes. Aliyev told the nurse.")
        >>> [text.attribution.source(text.doc[i])[0] for i in (1, 4, 8, 11)]
        ['Ilham Aliyev', 'Ilham Aliyev', 'Ilham Aliyev', 'the nurse']
        """
        if noun.pos_ in VERBAL:
            return "unknown", ()
        if noun.lower_ in ("i", "we"):
            return "narrator", (_span(noun),)
        if noun.lower_ in PRONOUNS:
            return self.recent(min(noun.idx, before or noun.idx), PRONOUNS[noun.lower_], _span(noun))
        if name := self.named(noun):
            return self.together(noun, name)
        return self.described(noun, noun.idx if before is None else before)

    def named(self, noun):
        """The name that a noun is or explains: "Ann Lee", "a spokesman for the council, Ann Lee"."""
        apart = (self.names.around(one.idx) for one in noun.subtree if one.dep_ == "appos" and one.i > noun.i)
        return self.names.around(noun.idx) or next((it for it in apart if it and self.names.person(it)), None)

    def together(self, noun, name):
        """(voice, spans) of a name and of those joined to its noun: "Ann Lee and Jan Novak"."""
        others = (self.named(one) for one in _joined(noun))
        names = [name, *(other for other in others if other and self.names.person(other))]
        full = [*dict.fromkeys(self.names.full(one.words, one.title) for one in names)]
        voice = " and ".join(filter(None, (", ".join(full[:-1]), full[-1])))
        return voice, tuple((one.start, one.end) for one in names)

    def described(self, noun, before):
        """The source that a description means: "the minister" is whom the text calls so, "the expert" whoever is named
        last, anybody else is called by these words."""
        doc, (first, last) = noun.doc, phrase(noun, joined=False)
        if noun.lemma_ in PARSED["time"]:  # "and blamed two weeks of rain"
            return "unknown", (_span(noun),)
        if doc[last : last + 1].text.lower() == "to" and doc[last].head == noun.head:
            last = doc[last].right_edge.i + 1  # "said an adviser to Ann Lee"
        if self.names.within(*offsets(doc, (first, last))):
            return self.words(offsets(doc, (first + (doc[first].dep_ == "det"), last)))
        span = offsets(doc, (first, noun.i + 1))
        if doc[first].lower_ == "the":
            if noun.lower_ in WORDS["expert"] and not (meant := self.recent(before, None, span))[0].islower():
                return meant
            if name := self.names.called(noun.lower_, span[0]):
                return self.names.full(name.words, name.title), (span, (name.start, name.end))
        voice, spans = self.words(span)
        known = noun.pos_ in ("NOUN", "PROPN") and " " in voice
        spelt = voice[:1] if voice[1:2] == "." else voice[:1].lower()  # "U.N. officials"
        return spelt + voice[1:] if known else "unknown", spans

    def words(self, span):
        return " ".join(self.raw[slice(*span)].split()), (span,)

    def recent(self, end, gender, span):
        """Whom a pronoun means: who acts in the narration just before, else the last voice.

        Of several persons it is one who is known to be a man, or a woman, else nobody; "they" are no one person.
        """
        since, last = self.before(end)
        here = self.text.sentence_at(end - 1)
        bounds = self.bounds[max(here - 1, 0) : here + 1] if gender != PRONOUNS["they"] else []
        for at, stop in reversed(bounds):
            names = filter(self.may_act, self.names.within(max(at, since, end - NEAR), min(end, stop)))
            if near := {full: name for name in names if (full := self.names.person(name, gender))}:
                full = self.names.likely([*near], gender)
                return (full, (span, (near[full].start, near[full].end))) if full else ("unknown", (span,))
        several = gender != PRONOUNS["they"] or (last and self.may_be_several(last[0]))
        if last and several and self.names.may_be(last[0], gender):
            return last[0], (span, *last[1][1:][-1:])
        return "unknown", (span,)

    def may_be_several(self, voice):
        """May "they" be this voice: "officials", "Ann Lee and Jan Novak", a body, but not Ann Lee?"""
        words = voice.split()
        return voice[:1].islower() or "and" in words or not BODIES.isdisjoint(map(str.lower, words)) or voice.isupper()

    def may_act(self, name):
        """May a name be whom its sentence is about? Not behind "to" or "in", or as "Byrne's"."""
        before = self.raw[max(0, name.start - 12) : name.start].split()
        free = not before or before[-1].lower() not in WORDS["preposition"]
        whole = " " in self.names.full(name.words) or name.title or self.names.acts(name.end)
        return whole and free and self.raw[name.end : name.end + 2] not in ("'s", "’s")

    # --- from a verb to a noun

    def said(self, verb):
        """Who says what a verb tells: its agent, or the noun behind it if a quotation parts the two; of "saying" and
        "adding" the subject of the sentence."""
        if is_passive(verb):
            return self.told_by(verb)
        if verb.tag_ == "VBG" and child(verb, *SUBJECTS) is None:
            return None
        before = (one for one in reversed([*verb.lefts]) if one.dep_ in SUBJECTS)
        own = next(before, None) or agent(verb)  # "the economist Ivo Marin stated" may have two
        parted = own is None or '"' in (one.text for one in verb.doc[min(own.i, verb.i) : max(own.i, verb.i)])
        return (parted and self.behind(verb)) or own

    def told_by(self, verb):
        """The agent of a passive, or the name in “…!” Ann Lee tweeted on Sunday, which the parser takes for one."""
        quoted = verb.doc[max(verb.head.left_edge.i - 1, 0)].text == '"'
        named = verb.dep_ == "acl" and quoted and self.names.around(verb.head.idx)
        return agent(verb) or (verb.head if named else None)

    def behind(self, verb):
        """The noun just behind a verb."""
        head = verb.doc[verb.i + 1] if verb.i + 1 < verb.sent.end else verb
        while head.dep_ in NOMINAL and head.head.i > verb.i:
            head = head.head
        named = verb.lemma_ in NAMING and head.dep_ == "dobj"  # whom it names: 'describe them as "…"'
        return head if head.pos_ in ("NOUN", "PROPN", "PRON") and not named else None

    def subject(self, tokens):
        """The first subject among some words that is a pronoun or has a name in it, else the first such word."""
        known = {
            one: one.lower_ in PRONOUNS or self.names.within(*offsets(one.doc, phrase(one)))
            for one in tokens
            if one.dep_ in SUBJECTS
        }
        first = min(filter(known.get, known), key=lambda one: one.head != one.sent.root, default=None)
        return first or next((one for one in tokens if one.lower_ in PRONOUNS or self.names.around(one.idx)), None)

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
        if not self.tells(cue):
            return None
        told = self.said(cue) or (not is_passive(cue) and self.subject(doc[cue.sent.start : cue.i]))
        return told or (None if cue.tag_ == "VBG" else cue)  # "Adding, “…”" goes on

    def tells(self, verb):
        """Is it a verb of saying, or one that can only be one: “…,” Ann Lee chuckled, “…!” chuckled Ann Lee?"""
        if verb.pos_ not in VERBAL or verb.lower_ in VERBS:
            return verb.pos_ in VERBAL
        mark = verb.doc[max(next((one.left_edge for one in verb.lefts if one.dep_ in SUBJECTS), verb).i - 1, 0)]
        signs = ",?!" if verb.i == mark.i + 1 else ","
        return mark.text == '"' and verb.tag_ in ("VBD", "VBZ") and self.raw[mark.idx - 1] in signs

    def told(self, tokens, opening, closing):
        """(voice, because) of a quotation by the best cue among some words, or None: with a known source, then
        "according to", then one above the quotation in its sentence."""
        above = [*next((one.ancestors for one in self.tokens(opening, closing) if one.text == "Yes"), ())]
        found = []
        for cue in tokens:
            if (own := self.teller(cue)) is not None:
                voice, spans = self.source(own, opening)
                key = voice == "unknown", cue.lower_ != "according", cue not in above
                found.append((key, (voice, (_span(cue), *spans))))
        return min(found, key=itemgetter(0), default=(None, None))[1] or self.tied(closing)

    def tied(self, closing):
        """(voice, because) of a quotation that one word, of whatever kind, ties to a person: "“Go,” spat Ann Lee."; or
        None."""
        name = next(iter(self.names.within(closing, closing + NEAR)), None)
        one_word = name is not None and _WORD_BEHIND.fullmatch(self.raw, closing - 2, name.start)
        full = self.names.person(name) if one_word and self.raw[name.end : name.end + 1] in ".," else ""
        return (full, ((name.start, name.end),)) if full else None

    # --- from a quotation to a verb

    def attribute(self, paragraph, at, opening, closing, end):
        """(voice, because) of a quotation between the narration from `at` and up to `end`; None when nobody says it."""
        last, whole, long = _shape(self.raw[opening:closing])
        start = max(at, self.bounds[self.text.sentence_at(opening)][0])
        if self.raw[closing : closing + 3].strip()[:1] not in ENDING:
            end = min(end, self.bounds[self.text.sentence_at(closing + (-1 if last in ".…" else 1))][1])
        left, right = self.tokens(max(start, opening - NEAR), opening), self.tokens(closing, min(end, closing + NEAR))
        found = self.told([*left[::-1], *right], opening, closing)
        called = [token.lower_ for token in left] in (["a"], ["an"], ["the"])  # A “consultation paper” leaked
        if found and (long or whole or (found[0] != "unknown" and not called)):
            return found
        alone = not self.raw[start:opening].strip()
        return self.untold(left, opening, alone, at > paragraph) if long or (whole and alone) else None

    def untold(self, left, opening, alone, goes_on):
        """(voice, because) of a quotation without a verb of saying. That of a sentence of its own is the subject of the
        sentence before, if that is narration; of some words of a sentence its subject; or else the last voice goes on.
        """
        since, last = self.before(opening)
        if not alone:
            own = not goes_on and self.subject(left)
            found = self.source(own, opening) if own else last
            return found if goes_on or (own and found[0] != "unknown") else None
        start, stop = self.bounds[max(self.text.sentence_at(opening) - 1, 0)]
        own = start >= since and stop <= opening and self.subject(self.text.parsed(max(start, stop - NEAR), stop))
        return (self.source(own, stop) if own else last) or ("unknown", ())


def _span(token):
    return token.idx, token.idx + len(token)


def _joined(noun):
    """The nouns joined to a noun; of three, "Lee, Novak and Weber", the parser explains the first by the others."""
    heads = noun, *(one for one in noun.children if one.dep_ == "appos" and one.conjuncts)
    return [one for head in heads for one in (head, *head.conjuncts) if one.i > noun.i]


def _shape(quotation):
    """(its last mark, is it a whole sentence?, is it of more than four words?)."""
    last = quotation[1:][-3:].rstrip("\"”“»«'’‘` \n")[-1:]
    whole = last in ".,!?…" and quotation[:3].lstrip("\"“„«»'‘`")[:1].isupper()
    return last, whole, quotation.count(" ", 0, 200) > 3


def _is_title(raw, opening, closing):
    """Have most words a capital, and all but the small ones? The film “Gone With the Wind”, Marcia “Cia” Price.

    With a full stop in it that is a title or a nickname only where something is called so: by the name “Shorty.”
    """
    quotation = raw[opening:closing]
    words = quotation[1:-1][:200].split()
    small = [word for word in words if not word[0].isupper()]
    capital = quotation[1:2].isupper() and 2 * len(small) <= len(words) and all(len(word) < 5 for word in small)
    called = len(words) < 4 and _CALLED.search(raw, max(0, opening - 25), opening)
    return capital and (bool(called) or not _shape(quotation)[1])


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
    return _carried(rows, raw, attribution.paragraphs)


def _carried(rows, raw, paragraphs):
    """The rows, a quotation that its paragraph does not close said by whoever says what opens the next paragraph."""
    for n in range(len(rows) - 2, -1, -1):
        one, two = rows[n : n + 2]
        goes_on = one.kind == two.kind == "quote" and two.start == paragraphs[two.paragraph][0] > one.end
        if goes_on and raw[one.end - 1] not in MARKS and len(one.because) < 2 <= len(two.because):
            rows[n] = one._replace(voice=two.voice, because=two.because)
    return rows


def _in_turn(attribution, paragraph, opening, found, turn):
    """What is found for a quotation in a turn, if it has a speaker of its own, and words that say so; or the turn's
    speaker where the label stands in it, too."""
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
