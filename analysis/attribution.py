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

AUXILIARIES, DETERMINERS = WORDS["auxiliary"] | WORDS["be"], WORDS["determiner"]
HELPERS = WORDS["helper"] | AUXILIARIES
BREAKS = WORDS["break"] | set(",;:()—–―?!") | {"--"}  # what a noun phrase does not run over
ENDS = BREAKS | WORDS["time"] | {"in", "on", "at", "during"}  # what ends the noun phrase after "said"
LEADS = {"according": "to", "words": "of"}  # "according to Ann Lee", "in the words of Ann Lee"
CONJUNCTIONS = {"and", "but", "or", "yet", "while", "whereas", "although", "though", "after", "before", "because"}
QUOTED = {"quoted", "quotes", "cited"}
PRONOUNS = {"he": HE, "she": SHE, "they": None, "it": None}

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_](?:[\w'&.-]*\w)?|[,;:()—–―?!]|--|<[^<>]{0,200}>")  # on folded text
_TAG = re.compile(r"</?\w[^<>]{0,200}>?")


class Clause:
    """The words of a stretch of one sentence, with their offsets."""

    def __init__(self, attribution, start, end):
        words = _WORD.finditer(attribution.folded, start, end)
        self.raw, self.tokens = attribution.raw, [word for word in words if word[0][0] != "<"]  # without tags
        self.words = [token[0] for token in self.tokens]
        self.verbs = [i for i in range(len(self.words)) if self.is_verb(i)]
        self.names = [attribution.names.at.get(token.start()) for token in self.tokens] + [None]

    def until(self, i, ends):
        """The end of the phrase that begins with word i."""
        return next((j for j in range(i, len(self.words)) if self.words[j] in ends), len(self.words))

    def is_verb(self, i):
        """Is this one of VERBS a verb here? After "the" or "on", "report" and "charges" are nouns."""
        word, last, before = self.words[i], self.words[i - 1] if i else "", self.words[max(i - 2, 0)]
        noun = (
            last in DETERMINERS
            or last[-2:] == "'s"
            or (last in PREPOSITIONS and word[-3:] != "ing" and before not in ("used", "liked", "likes"))
        )
        return word in VERBS and not noun and not self.raw[self.tokens[i].start()].isupper()

    def acts(self, i):
        """Is this another verb, after a name: "Lee planned", "Lee gives the account"?"""
        transitive = self.words[i + 1 : i + 2] in (["the"], ["a"], ["an"])
        return i > 0 and self.names[i - 1] is not None and (transitive or self.words[i][-2:] == "ed")

    def is_passive(self, i):
        """Is the verb at word i a passive one: "was told", "accused by Ann Lee"?"""
        j = i
        while j and (self.words[j - 1] in WORDS["helper"] or self.words[j - 1][-2:] == "ly"):
            j -= 1
        by, agent = self.words[i + 1 : i + 2] == ["by"], self.words[i + 2 : i + 3]
        by = by and (self.names[i + 2] or agent in (["the"], ["a"]))  # not "said by telephone"
        return self.words[i][-3:] != "ing" and (by or (j > 0 and self.words[j - 1] in WORDS["be"]))

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
        self.memo = {}  # (end, gender, since) -> whom a pronoun there means

    @cached_property
    def names(self):
        return Names(self.raw, self.folded, self.body, self.speakers)

    @cached_property
    def starts(self):
        return [start for start, _ in self.bounds]

    def sentence(self, at):
        """The number of the sentence that holds an offset."""
        return max(bisect_right(self.starts, at) - 1, 0)

    def source(self, clause, i, j, position):
        """The source that the words i..j name, or None; "" for a pronoun or description where no position is given."""
        words = clause.words
        if i >= j:
            return None
        if words[i] in ("i", "we"):
            return "narrator", (clause.span(i, i + 1),)
        if words[i] in PRONOUNS:
            if position is None:
                return "", ()
            return self.recent(min(position, clause.tokens[i].start()), PRONOUNS[words[i]], clause.span(i, i + 1))
        for k in range(i + 1, j):  # a voice holds no verb
            if clause.is_verb(k) or (not clause.names[k] and words[k] in AUXILIARIES) or clause.acts(k):
                j = k
                break
        head = next((k for k in range(i + 1, j) if words[k] in PREPOSITIONS), j)
        for end in dict.fromkeys((head, j)):
            last = next((k for k in reversed(range(i, end)) if clause.names[k]), None)
            if last is None:
                continue
            if last == head - 1:  # the phrase ends with a name: "Trump spokeswoman Hope Hicks"
                name = clause.names[last]
                return self.names.full(name.name, name.gender), ((name.start, name.end),)
            if words[i] == "the" and words[end - 1] in TITLES:
                break  # "the Florida senator"
            while words[i] in DETERMINERS:
                i += 1
            start, stop = clause.span(i, end)  # "spokesman for Trump", "White House officials"
            return " ".join(_TAG.sub(" ", self.raw[start:stop]).split()), ((start, stop),)
        noun = words[head - 1]
        if words[i] == "the" and noun[-1] != "s" and noun not in WORDS["thing"] | WORDS["organisation"]:
            return ("", ()) if position is None else self.recent(position, None, clause.span(i, head))
        return "unknown", (clause.span(i, head),)

    def recent(self, end, gender, span):
        """Whom a pronoun or description means: who speaks or acts in the narration just before, else the last voice."""
        key = end, gender is HE, gender is SHE, self.since
        if key not in self.memo:
            self.memo[key] = self._recent(end, gender)
        voice, spans = self.memo[key]
        return voice, (span, *spans)

    def _recent(self, end, gender):
        start, here = max(self.since, end - 300, 0), self.sentence(end - 1)
        for at, stop in reversed(self.bounds[max(here - 2, 0) : here + 1]):
            clause = Clause(self, max(start, at), min(end, stop))
            spoke = [source[1][0][0] for i in clause.verbs[:3] if (source := self.said(clause, i, None)) and source[1]]
            # not in the rest of a sentence that was quoted: who is named there is spoken of
            acted = self.names.within(at, min(end, stop)) if at >= self.since else ()
            for name in (*filter(None, map(self.names.at.get, spoke)), *acted):
                if (full := self.names.person(name, gender)) and not self.folded.startswith("'s", name.end):
                    return full, ((name.start, name.end),)
        if self.last and fits(self.last[0], gender):
            return self.last[0], self.last[1][1:][-1:]
        for name in self.names.within(max(0, start - 600), start):
            if full := self.names.person(name, gender):
                return full, ((name.start, name.end),)
        return "unknown", ()

    def subject(self, clause, end, position):
        """The subject of a whole sentence: the first name or pronoun after an opening like "In Geneva,"."""
        words, first = clause.words, 0
        if "," in words[:end] and (words[0] in WORDS["subordinator"] or words[0].endswith(("ing", "ed"))):
            first = words.index(",") + 1
        for i in range(first, end):
            if words[i] in ("he", "she", "they"):
                return self.source(clause, i, i + 1, position)
            if clause.names[i]:
                j = i + 1
                while j < end and (clause.names[j] or words[j] in TITLES):
                    j += 1
                return self.source(clause, i, j, position)
        return None

    def said(self, clause, i, position):
        """The source of the speech verb at word i, from the words before it or, in "said Ann Lee", after it."""
        words, names, j = clause.words, clause.names, i
        quoted = clause.until(0, QUOTED)
        saying = clause.until(quoted, {"saying"})
        if words[saying - 1 : saying] == ["as"] and quoted < min(i + 1, saying - 2):
            if words[quoted + 1] == "by":
                return self.subject(clause, quoted, position)  # "Ann Lee was quoted by the agency as saying"
            return self.source(clause, quoted + 1, saying - 1, position)  # "the agency quoted Ann Lee as saying"
        if clause.is_passive(i):  # the agent speaks: "was told by Ann Lee"
            by = clause.until(i + 1, ENDS | {"by"})
            agent = words[by : by + 1] == ["by"] and self.source(clause, by + 1, clause.until(by + 1, ENDS), position)
            if agent or words[i] != "asked":  # who "was asked" answers
                return agent or ("unknown", ())
        while j and (words[j - 1] in HELPERS or words[j - 1][-2:] == "ly"):
            j -= 1
        last = words[j - 1] if j else ","
        if last in ("and", "but", "or", "then") or (j and words[i][-3:] == "ing" and not names[j - 1]):
            return self.subject(clause, j, position)
        # "Flynn, a top adviser, said": the last part that is a name, else the last noun phrase
        chunks, k = [], int(words[0] in ("and", "but"))
        for m in range(j + 1):
            if m == j or words[m] in BREAKS:
                chunks += [(k, m)] * (m > k and words[k - 1] != "(")
                k = m + 1 + (words[m + 1 : m + 2] in (["and"], ["but"]))
        chunks.reverse()
        if last not in BREAKS and chunks:
            return self.source(clause, *chunks[0], position)
        nouns = [c for c in chunks if words[c[0]] in WORDS["np"]]
        named = [c for c in chunks if names[c[0]]] + [c for c in nouns if any(names[slice(*c)])]
        k = clause.until(i + 1, ENDS)
        comma = words[k : k + 1] == [","]
        if not (named or nouns) or last in "?!" or (comma and words[i] in ("said", "says") and names[i + 1]):
            if comma and names[k + 1] and (not names[i + 1] or any(word[-2:] == "'s" for word in words[i + 1 : k])):
                return self.source(clause, k + 1, clause.until(k + 1, ENDS), position)  # "said the minister, Ann Lee,"
            if k > i + 1:
                return self.source(clause, i + 1, k, position)
        if named or nouns:  # of "Ann Lee, the mayor's deputy, said" not the mayor
            others = [any(word[-2:] == "'s" for word in words[slice(*c)]) for c in named]
            return self.source(clause, *(named[others.index(min(others))] if named else nouns[0]), position)
        return self.subject(clause, j, position)

    def lead(self, clause, position):
        """(cue, source) where the clause has "according to" or the like, else None."""
        words = clause.words
        for lead, after in LEADS.items():
            if lead in words and words[(i := words.index(lead)) + 1 : i + 2] == [after]:
                source = self.source(clause, i + 2, clause.until(i + 2, ENDS), position)
                return source and (clause.span(i, i + 2), source)
        return None

    def before(self, start, position):
        """(cue, source) of a quotation from its sentence up to `position`; with no cue, perhaps the subject."""
        clause = Clause(self, start, position)
        words, found, end = clause.words, None, len(clause.words)
        for i in clause.verbs[:-4:-1]:
            if source := self.said(clause, i, position):
                found = found or (clause.span(i, i + 1), source)
                if source[0] not in ("unknown", "narrator"):
                    return clause.span(i, i + 1), source
        if found := self.lead(clause, position) or found:
            return found
        if words[-1:] == [":"]:
            name = clause.names[end - 2]  # "Ann Lee: “…”"
            source = self.source(clause, end - 2, end - 1, position) if name else self.subject(clause, end, position)
            return source and (clause.span(end - 1, end), source)
        if words[-1:] == ["as"] and not WORDS["be"].isdisjoint(words[-4:]):
            return None  # "is known as “the iron lady”"
        source = self.subject(clause, end, position)
        return source and (None, source)

    def after(self, start, end, position):
        """(cue, source) of a quotation from the words just after it, or None."""
        clause = Clause(self, start, min(end, start + 300))
        words, names = clause.words, clause.names
        if found := self.lead(clause, position):
            return found
        for i in clause.verbs[:2]:
            if clause.is_passive(i):
                agent = self.said(clause, i, position) if "by" in words[i:] else None
                if not agent and i != clause.verbs[-1]:
                    continue  # "“…” is held to be wrong, Ann Lee said"
                source = agent or ("unknown", ())  # "“…?” Ann Lee was asked"
            elif names[0] and words[i] not in QUOTED:
                source = self.source(clause, 0, min(i, clause.until(0, BREAKS)), position)
            else:
                source = self.said(clause, i, position)
            return source and (clause.span(i, i + 1), source)
        if words and words[0] in "—–―" and names[1:2] != [None]:  # “…” — Ann Lee
            return clause.span(0, 1), self.source(clause, 1, clause.until(1, ENDS), position)
        return None

    def attribute(self, paragraph, at, opening, closing, end):
        """(voice, because) of a quotation between the narration from `at` and up to `end`; None when nobody says it."""
        raw, within = self.raw, self.names.at.get(opening + 1)
        if within and within.start < opening:
            return None  # Marcia “Cia” Price
        inside = raw[max(opening + 1, closing - 3) : closing].rstrip("\"”“»«'’‘` \n")[-1:]
        lead = raw[max(at, opening - 3) : opening].rstrip()[-1:]
        long = raw.count(" ", opening, min(closing, opening + 200)) > 3
        whole = inside in ".,!?…" and raw[opening : opening + 3].lstrip("\"“„«»'‘`")[:1].isupper()
        here = self.sentence(opening)
        start = max(at, self.bounds[here][0], opening - 400)
        own = bool(raw[start:opening].strip())
        left = self.before(start, opening) if own else None
        follows = raw[closing : closing + 3].strip()[:1]
        if not (follows and follows in "—–―"):
            end = min(end, self.bounds[self.sentence(closing + (-1 if inside in ".…" else 1))][1])
        right = self.after(closing, end, opening)
        sides = [left, right]
        if not (own and lead in ":,-—–") and (inside in ",?!—–-" or follows == ","):
            sides.reverse()
        rest = _WORD.findall(self.folded, closing, min(end, closing + 40))
        if rest[:1] == [","]:
            del rest[0]
        if left and left[0] and rest[:1]:
            if rest[0] == "by" and rest[1:2] and rest[1][-3:] != "ing" and (agent := self.agent(closing, end, opening)):
                return because(left[0], agent)
            if rest[0] in CONJUNCTIONS and left[1][0] != "unknown":
                sides = [left]  # "Ann Lee said it was “a disaster”, but Tom Baker said …"
        for cue, source in filter(None, sides):
            if cue and (long or whole or source[0] != "unknown"):
                return because(cue, source)
        if not own and (whole or (long and raw[opening] not in "'‘`")):
            if here and (start := max(self.bounds[here - 1][0], opening - 400)) >= self.since:
                found = self.before(start, self.bounds[here - 1][1])
                if found and (found[0] or opening > paragraph):
                    return because(*found)
            return self.last or ("unknown", ())
        if not long or raw[opening] in "'‘`" or _is_title(raw[opening + 1 : closing - 1]):
            return None
        if self.last and at > paragraph:
            return self.last
        return left and because(*left)

    def agent(self, start, end, position):
        """The source after "by" just after a quotation: "was called “a liar” by Ann Lee"."""
        clause = Clause(self, start, min(end, start + 100))
        first = clause.until(0, {"by"}) + 1
        return self.source(clause, first, clause.until(first, ENDS), position)


def because(cue, source):
    return source[0], tuple(span for span in (cue, *source[1]) if span)


def _is_title(text):
    """Are all words written with a capital but the small ones? ("Gone With the Wind")"""
    return all(word[0].isupper() or len(word) < 4 or word.lower() in PREPOSITIONS for word in text[:200].split())
