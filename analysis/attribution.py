"""Attribution: from a quotation to the name of whoever says it.

The speech verb of the sentence around a quotation ("said", in codebooks/speech.csv) leads to its subject, and that to a
name: a surname to the fullest name in the text, a pronoun or a description ("the minister") to the last name that fits.
A quotation with no verb of its own goes on with the voice before it. Every look around a quotation is bounded, so that
the whole takes time linear in the text's length.
"""

import re
from bisect import bisect_right
from functools import cached_property

from .names import HE, PREPOSITIONS, SHE, TITLES, VERBS, WORDS, Names, fits

DETERMINERS, HELPERS = WORDS["determiner"], WORDS["helper"] | WORDS["auxiliary"] | WORDS["be"]
BREAKS = WORDS["break"] | set(",;:()—–―?!") | {"--"}  # what a noun phrase does not run over
ENDS = BREAKS | {"in", "on", "at", "during"}  # what ends the noun phrase after "said"
WHEN = {"this", "last", "next"}  # behind a name: "Lee this week"
DASHES = {"—", "–", "--"}
LEADS = ["according", "to"], ["words", "of"]  # "according to Ann Lee", "in the words of Ann Lee"
PRONOUNS = {"he": HE, "she": SHE, "they": None}

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_](?:[\w'&.-]*\w)?|[,;:()—–―?!]|--")  # on folded text
_ASKS = re.compile(r"[\"“„«`‘][^\"“”„«»]{1,70}\?[\"”»’`]\Z")  # a short question


class Clause:
    """The words of a stretch of one sentence, with their offsets. Pronouns in it mean somebody before `position`."""

    def __init__(self, attribution, start, end, position):
        self.raw, self.position = attribution.raw, position
        self.tokens = list(_WORD.finditer(attribution.folded, start, end))
        self.capitals = self.raw[start:end].isupper()
        self.words = [token[0] for token in self.tokens]
        self.verbs = [i for i in range(len(self.words)) if self.is_verb(i)]
        self.names = [attribution.names.at.get(token.start()) for token in self.tokens] + [None]

    def until(self, i, ends):
        """The end of the phrase that begins with word i."""
        return next((j for j in range(i, len(self.words)) if self.words[j] in ends), len(self.words))

    def is_verb(self, i):
        """Is this one of VERBS a verb here? After "the" or "on", "report" and "charges" are nouns."""
        word, last = self.words[i], self.words[i - 1] if i else ""
        if word not in VERBS or (self.raw[self.tokens[i].start()].isupper() and not self.capitals):
            return False
        if last in PREPOSITIONS and word[-3:] != "ing":
            return self.words[max(i - 2, 0) : i] == ["used", "to"]
        return last not in DETERMINERS and last[-2:] != "'s"

    def is_helper(self, i):
        return (self.words[i] in HELPERS or self.words[i][-2:] == "ly") and not self.names[i]

    def is_passive(self, i):
        """Is the verb at word i a passive one, as in "was told"?"""
        return i > 0 and self.words[i - 1] in WORDS["be"] and self.words[i][-3:] != "ing"

    def owns(self, i, j):
        return any(word[-2:] == "'s" for word in self.words[i:j])

    def span(self, i, j):
        return self.tokens[i].start(), self.tokens[j - 1].end()


class Attribution:
    """The rules that lead from a quotation to a name of the text.

    A source is (voice, spans): the spans of its noun phrase and, when that is a pronoun or a description, of the name
    that it stands for. `speakers` are names the text may not tell of itself: the guest of an interview, the speaker of
    a speech. `bounds` are its sentences.
    """

    def __init__(self, raw, folded, paragraphs, bounds, speakers=()):
        self.raw, self.folded, self.paragraphs, self.bounds = raw, folded, paragraphs, bounds
        self.body = paragraphs[1][0] if len(paragraphs) > 1 else 0
        self.speakers = [name for name in speakers if name.strip()]
        self.begin()

    def begin(self):
        """Read the text from its beginning."""
        self.last = None  # (voice, because) of the quotation before
        self.since = -1  # where the narration after it begins
        self.genders = {}  # full name -> that of the pronoun that stood for it

    @cached_property
    def names(self):
        return Names(self.raw, self.folded, self.speakers)

    @cached_property
    def starts(self):
        return [start for start, _ in self.bounds]

    def sentence(self, at):
        """The number of the sentence that holds an offset."""
        return max(bisect_right(self.starts, at) - 1, 0)

    def source(self, clause, i, j):
        """The source that the words i..j name, or None."""
        words = clause.words
        if i >= j or words[i] in ("whatever", "whoever", "whichever"):
            return None
        if words[i] in ("i", "we"):
            return "narrator", (clause.span(i, i + 1),)
        if words[i] in PRONOUNS:
            span = clause.span(i, i + 1)
            return self.recent(min(clause.position, span[0]), PRONOUNS[words[i]], span)
        j = next((k for k in range(i + 1, j) if clause.is_verb(k) or clause.is_helper(k)), j)  # a voice holds no verb
        j = next((k for k in range(i + 1, j) if words[k] in WHEN and clause.names[k - 1] and not clause.names[k]), j)
        head = next((k for k in range(i + 1, j) if words[k] in PREPOSITIONS), j)
        for end in (head, j):
            last = next((k for k in reversed(range(i, end)) if clause.names[k]), None)
            if last == head - 1:  # the phrase ends with a name: "Trump spokeswoman Hope Hicks"
                name = clause.names[last]
                return self.names.full(name.name, name.gender), ((name.start, name.end),)
            if last is not None and end - i < 14:  # longer, it is no name
                while words[i] in DETERMINERS:
                    i += 1
                start, stop = clause.span(i, end)  # "spokesman for Trump", "White House officials"
                return " ".join(self.raw[start:stop].split()), ((start, stop),)
        noun = words[head - 1]
        if (
            words[i] == "the"
            and head > i + 1
            and noun[-1] != "s"
            and noun not in WORDS["thing"] | WORDS["organisation"]
        ):
            span = clause.span(i, head)
            if noun in WORDS["expert"]:
                return self.recent(clause.position, None, span)
            name = self.names.described(words[i + 1 : head], min(clause.position, span[0]))
            return (name[0], (span, name[1])) if name else ("unknown", (span,))
        return "unknown", (clause.span(i, head),)

    def recent(self, end, gender, span):
        """Whom a pronoun or description means: who acts in the narration just before, else the last voice."""
        start, here = max(self.since, end - 300, 0), self.sentence(end - 1)
        sentences = [row for row in reversed(self.bounds[max(here - 2, 0) : here + 1]) if row[0] >= self.since]
        # not in the rest of a sentence that was quoted: who is named there is spoken of
        for name in [name for at, stop in sentences for name in self.names.within(max(at, start), min(end, stop))]:
            full = not self.folded.startswith("'s", name.end) and self.names.person(name, gender)
            if full and self.may_be(full, gender):
                if gender:
                    self.genders[full] = gender
                return full, (span, (name.start, name.end))
        if self.last and self.may_be(self.last[0], gender):
            return self.last[0], (span, *self.last[1][1:][-1:])
        for name in reversed(self.names.within(max(0, start - 600), start)):
            if (full := self.names.person(name, gender)) and self.may_be(full, gender):
                return full, (span, (name.start, name.end))
        return "unknown", (span,)

    def may_be(self, full, gender):
        """Can a name be of this gender, by its first word and the pronouns that stood for it?"""
        return fits(full, gender) and (gender is None or self.genders.get(full, gender) is gender)

    def subject(self, clause, end):
        """The subject of a whole sentence: the first name or pronoun after an opening like "In Geneva,"."""
        words, first = clause.words, 0
        if "," in words[:end] and words[0] in WORDS["subordinator"]:
            first = words.index(",") + 1
        first = max([first, *(k + 1 for k in range(end) if words[k] == ";")])  # of the last part of the sentence
        dash = clause.until(0, DASHES)
        if dash < min(end, 10) and self.raw[slice(*clause.span(0, 1))].isupper():
            first = dash + 1  # "GENEVA, 3 May – Ann Lee"
        for i in range(first, end):
            if words[i] in ("he", "she", "they") or clause.names[i]:  # "Rovers coach Liam Byrne"
                j = next((k for k in range(i + 1, end) if not clause.names[k] and words[k] not in TITLES), end)
                return self.source(clause, i, j)
        return None

    def said(self, clause, i):
        """The source of the speech verb at word i, from the words before it or, in "said Ann Lee", after it."""
        words, names = clause.words, clause.names
        if clause.is_passive(i):  # the agent speaks: "was told by Ann Lee"
            by = clause.until(i + 1, ENDS | {"by"})
            agent = self.source(clause, by + 1, clause.until(by + 1, ENDS))
            if agent or words[i] != "asked" or clause.position < clause.tokens[i].start():
                return agent or ("unknown", ())  # who "was asked" answers with the quotation that follows
        last = words[i - 1] if i else ","
        if last in ("and", "but", "or", "then") or (i and words[i][-3:] == "ing"):
            return self.subject(clause, i)
        # "Flynn, a top adviser, said": the last part that is a name, else the last noun phrase
        chunks, k = [], 0
        for m in range(i + 1):
            if m == i or words[m] in BREAKS:
                k += words[k] in ("and", "but")
                chunks += [(k, m)] * (m > k and words[k - 1] != "(")
                k = m + 1
        chunks.reverse()
        if last not in BREAKS and chunks:
            return self.source(clause, *chunks[0])
        phrases = [c for c in chunks if names[c[0]] or words[c[0]] in WORDS["np"]]
        k = clause.until(i + 1, ENDS)
        comma = words[k : k + 1] == [","]
        if k > i + 1 and (not phrases or (comma and names[i + 1])):
            named = names[i + 1] and names[i + 1] is names[k - 1]
            if comma and names[k + 1] and not named:  # "said the minister, Ann Lee,"
                i, k = k, clause.until(k + 1, ENDS)
            return self.source(clause, i + 1, k)
        if phrases:  # of "Ann Lee, the mayor's deputy, said" not the mayor
            worth = {c: (clause.owns(*c), not names[c[0]], not any(names[slice(*c)])) for c in phrases}
            return self.source(clause, *min(phrases, key=worth.get))
        return self.subject(clause, i)

    def spoken(self, clause, verbs):
        """(cue, source) of the first of some verbs whose source is known, else of the first that has one, else None."""
        first = None
        for i in verbs:
            if source := self.said(clause, i):
                first = first or (clause.span(i, i + 1), source)
                if source[0] != "unknown":
                    return clause.span(i, i + 1), source
        return first

    def lead(self, clause):
        """(cue, source) where the clause has "according to" or the like, else None."""
        i = next((i for i in range(len(clause.words)) if clause.words[i : i + 2] in LEADS), len(clause.words))
        source = self.source(clause, i + 2, clause.until(i + 2, ENDS))
        return source and (clause.span(i, i + 2), source)

    def before(self, start, position):
        """(cue, source) of a quotation from its sentence up to `position`; with no cue, perhaps the subject."""
        clause = Clause(self, start, position, position)
        end, spoken = len(clause.words), self.spoken(clause, clause.verbs[:-3:-1])
        if spoken and spoken[1][0] != "unknown":
            return spoken
        if found := self.lead(clause) or spoken:
            return found
        colon = clause.words[-1:] == [":"]
        named = colon and clause.names[end - 2]  # "Ann Lee: “…”"
        source = self.source(clause, end - 2, end - 1) if named else self.subject(clause, end)
        return source and (clause.span(end - 1, end) if colon else None, source)

    def after(self, start, end, position):
        """(cue, source) of a quotation from the words just after it, or None."""
        clause = Clause(self, start, min(end, start + 300), position)
        words = clause.words
        if found := self.lead(clause) or self.spoken(clause, clause.verbs[:2]):
            return found
        if words and words[0] in ("—", "–", "―", "by") and clause.names[1]:  # “…” — Ann Lee
            return clause.span(0, 1), self.source(clause, 1, clause.until(1, ENDS))
        return None

    def attribute(self, paragraph, at, opening, closing, end):
        """(voice, because) of a quotation between the narration from `at` and up to `end`; None when nobody says it."""
        raw = self.raw
        inside = raw[max(opening + 1, closing - 3) : closing].rstrip("\"”“»«'’‘` \n")[-1:]
        whole = inside in ".,!?…" and raw[opening : opening + 3].lstrip("\"“„«»'‘`")[:1].isupper()
        if not whole and _is_title(raw[opening + 1 : closing - 1]):
            return None  # the film “Gone With the Wind”, Marcia “Cia” Price
        long = raw.count(" ", opening, min(closing, opening + 200)) > 3
        here = self.sentence(opening)
        start = max(at, self.bounds[here][0], opening - 400)
        own = raw[start:opening].strip()
        left = self.before(start, opening) if own else None
        if raw[closing : closing + 3].strip()[:1] not in ("—", "–", "―"):
            end = min(end, self.bounds[self.sentence(closing + (-1 if inside in ".…" else 1))][1])
        right = self.after(closing, end, opening)
        ahead = inside in ",?!—–-"
        sides = [side for side in ((right, left) if ahead else (left, right)) if side and side[0]]
        for cue, source in sorted(sides, key=lambda side: side[1][0] == "unknown"):
            if long or whole or source[0] != "unknown":
                return because(cue, source)
        if not own and (whole or long):
            if here and (start := max(self.bounds[here - 1][0], opening - 400)) >= self.since:
                found = self.before(start, self.bounds[here - 1][1])
                if found and (found[0] or opening > paragraph):
                    return because(*found)
            if opening == paragraph and any(_ASKS.search(raw, max(at - 80, 0), at) for at in (self.since, closing)):
                return "unknown", ()  # a dialogue: who answers is not who asks
            return self.last or ("unknown", ())
        if not long or raw[opening] in "'‘`" or own.endswith((" as", " as the")):
            return None
        if at > paragraph:
            return self.last
        return because(*left) if left and left[1][0] != "unknown" else None


def because(cue, source):
    return source[0], tuple(span for span in (cue, *source[1]) if span)


def _is_title(text):
    """Are all words written with a capital but the small ones? ("Gone With the Wind")"""
    return text[:1].isupper() and all(
        word[0].isupper() or len(word) < 4 or word.lower() in PREPOSITIONS for word in text[:200].split()
    )
