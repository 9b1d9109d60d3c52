"""Attribution: from a quotation to the name of whoever says it.

The speech verb of the sentence around a quotation ("said", in codebooks/speech.csv) leads to its subject, and that to a
name: a surname to the fullest name in the text, a pronoun or a description ("the minister") to the last name that fits.
A quotation with no verb of its own goes on with the voice before it. Every look around a quotation is bounded, so that
the whole takes time linear in the text's length.
"""

import csv
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from . import segment

WORDS: dict[str, set[str]] = {"report": set()}  # category -> words, from the codebook
with open(Path(__file__).parent / "codebooks" / "speech.csv", encoding="utf-8", newline="") as _file:
    for _row in csv.DictReader(_file):
        WORDS.setdefault(_row["category"], set()).update(_row["cue"].split("|"))
        if _row["category"] == "verb" and _row["weight"] == "1":  # reports speech without a quotation, too
            WORDS["report"].update(_row["cue"].split("|"))
VERBS, HELPERS, PREPOSITIONS, DETERMINERS = (WORDS[c] for c in ("verb", "helper", "preposition", "determiner"))
HE, SHE = WORDS["male name"] | WORDS["male title"], WORDS["female name"] | WORDS["female title"]
TITLES = WORDS["title"] | WORDS["male title"] | WORDS["female title"]
COMMON = WORDS["opener"] | WORDS["time"] | PREPOSITIONS  # written with a capital without being somebody's name
BREAKS = WORDS["break"] | set(",;:()—–―?!") | {"--"}  # what a noun phrase does not run over
ENDS = BREAKS | WORDS["time"] | {"in", "on", "at", "during"}  # what ends the noun phrase after "said"
LEADS = {"according": "to", "words": "of"}  # "according to Ann Lee", "in the words of Ann Lee"
PRONOUNS = {"he": HE, "she": SHE, "they": None, "it": None}

CAPITAL = "[A-ZÀ-ÖØ-ÞĂĄĆČĎĐĒĘĚĞĢĪĬĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŹŻŽ]"
_ABBREVIATED = "|".join(word.capitalize() for word in sorted(WORDS["abbreviation"]))
_NAME = re.compile(
    rf"(?<![\w.])(?:(?:{_ABBREVIATED})\.|(?:{CAPITAL}\.)+|(?:{CAPITAL}['’`])?{CAPITAL}[\w-]*)"
    rf"(?:[ \xa0](?:[“\"(]\w{{1,20}}[”\")] |of (?:the )?|de |van |von )?"
    rf"(?:(?:{_ABBREVIATED})\.|(?:{CAPITAL}\.)+|(?:{CAPITAL}['’`])?{CAPITAL}[\w-]*)){{0,7}}"
)
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_](?:[\w'&.-]*\w)?|[,;:()—–―?!]|--|<[^<>]{0,200}>")  # on folded text
_PART, _SOLID = re.compile(r"\w\S*"), re.compile(r"\S+")
_LOWER = re.compile(r"(?<![\w'’])[a-zà-ÿ]{2,}")
_NEXT = re.compile(r" ([\w'-]+)|(?:'s |, (?:\d|(?:who|an?) |\w+ing ))")
_TAG = re.compile(r"</?\w[^<>]{0,200}>?")
_SPEECH = rf"({'|'.join(sorted(WORDS['speech']))})"
_SPEECH_OF = re.compile(rf"\b{_SPEECH}\b(?: [\w-]+){{0,4}}? (?:by|of|from)(?: the| [\w-]+'s)?\s$")
_S_SPEECH = re.compile(rf"(?:'s? |: )(?:[\w-]+ ){{0,4}}?{_SPEECH}\b")
INTERVIEW = re.compile(
    r"(?i:\binterview(?:s|ed)?\b|\b(?:spoke|speaks|talk(?:ed|s)|sat down) (?:to|with)\b|\bin conversation\b)"
)


class Mention(NamedTuple):
    """A name in the text: where it stands, titles and all, and its words without them."""

    start: int
    end: int
    name: tuple[str, ...]
    gender: set[str] | None  # that its title tells
    person: bool  # more than one lone capital


class Clause:
    """The words of a stretch of one sentence, with their offsets."""

    def __init__(self, names, start, end):
        self.raw, self.inside = names.raw, names.named
        self.tokens = [token for token in _WORD.finditer(names.folded, start, end) if token[0][0] != "<"]  # a tag
        self.words = [token[0] for token in self.tokens]

    def until(self, i, ends):
        """The end of the phrase that begins with word i."""
        return next((j for j in range(i, len(self.words)) if self.words[j] in ends), len(self.words))

    def is_name(self, i):
        return i < len(self.tokens) and self.tokens[i].start() in self.inside

    def is_verb(self, i):
        """Is this one of VERBS a verb here? After "the" or "on", "report" and "charges" are nouns."""
        last, word = self.words[i - 1] if i else "", self.words[i]
        noun = (
            last in DETERMINERS
            or last[-2:] == "'s"
            or (last in PREPOSITIONS and word[-3:] != "ing" and self.words[max(i - 2, 0)] != "used")
        )
        return word in VERBS and not noun and not (i and self.raw[self.tokens[i].start()].isupper())

    def is_predicate(self, i):
        """Does a predicate begin with this word? ("Clinton has never", "Clinton filed")"""
        word = self.words[i]
        return word in HELPERS or self.is_verb(i) or (word[-2:] == "ed" and self.is_name(i - 1))

    def span(self, i, j):
        return self.tokens[i].start(), self.tokens[j - 1].end()


class Attribution:
    """The names of one text, and the rules that lead from a quotation to one of them.

    A source is (voice, spans): the spans of its noun phrase and, when that is a pronoun or a description, of the name
    that it stands for.
    """

    def __init__(self, raw, folded, paragraphs, speakers=()):
        self.raw, self.folded, self.paragraphs = raw, folded, paragraphs
        self.body = paragraphs[1][0] if len(paragraphs) > 1 else 0
        self.speakers = [name for name in speakers if name.strip()]
        self.last = None  # (voice, because) of the quotation before
        self.since = -1  # where the narration after it begins

    @cached_property
    def bounds(self):
        return [span for paragraph in self.paragraphs for span in segment.sentences(self.raw, *paragraph)]

    @cached_property
    def starts(self):
        return [start for start, _ in self.bounds]

    def sentence(self, at):
        """The number of the sentence that holds an offset."""
        return max(bisect_right(self.starts, at) - 1, 0)

    @cached_property
    def mentions(self):
        """Every name, in order: the runs of capitalised words that nothing but a name explains.

        The first word of a sentence owes its capital to its place. It belongs to a name if the text has it with a
        capital elsewhere, if it is a first name or an abbreviation, or if what follows makes it a subject ("Novak
        said", "Novak, 62,") and the text does not have it in lower case.
        """
        raw, runs, inner, found = self.raw, [], set(), []
        lower, plain = set(_LOWER.findall(raw)), COMMON | WORDS["speech"] | {"i"}
        for match in _NAME.finditer(raw):
            words = [word.span() for word in _SOLID.finditer(raw, *match.span())]
            before = raw[max(0, match.start() - 8) : match.start()].rstrip(" \xa0\"“”„«‘'`([*_#>–—-")[-1:]
            runs.append((words, first := before in ".!?…:;\n\r\u2028\u2029"))
            if not first:
                inner.update(raw[slice(*span)] for span in words if before.islower() or before == ",")
        for words, first in runs:
            written, from_, acts = [raw[slice(*span)] for span in words], 0, False
            while (
                from_ < len(words)
                and {word.lower() for word in written[from_ : from_ + 1 + (written[from_][-1] == ".")]} & plain
            ):
                from_, first = from_ + 1, False  # "But Ann Lee", "A. The city pays"
            if first:
                acts = self.acts(words[0])
                from_ = int(not self.is_evident(words, acts, inner, lower))
            while written[from_ : from_ + 1] in (["of"], ["the"]):
                from_ += 1
            if name := bare(written[from_:]):
                titles = [word.rstrip(".").lower() for word in written[from_ : -len(name)]]
                gender = next(
                    (g for title in titles for g in (HE, SHE) if title in g and not {title} <= HE & SHE), None
                )
                person = acts or len(written) - from_ > 1 or name[0].lower() in HE | SHE
                found.append(Mention(words[from_][0], words[-1][1], tuple(name), gender, person))
        return found

    def acts(self, word):
        """Does what follows make a word a subject: "Novak said", "Novak, 62,", "Novak resigned"?"""
        after = _NEXT.match(self.folded, word[1])
        return bool(after) and (not after[1] or after[1] in VERBS or after[1].endswith("ed"))

    def is_evident(self, words, acts, inner, lower):
        """Does the first word of a sentence belong to a name?"""
        word, plain = self.raw[slice(*words[0])], self.folded[slice(*words[0])].rstrip(".")
        if word in inner or plain in HE or plain in SHE or plain in TITLES or (len(word) > 1 and word[1:].isupper()):
            return True
        if plain in lower or plain in VERBS or plain.endswith(("ly", "ing")):
            return False
        return acts if len(words) == 1 else len(words) == 2 or not self.raw[slice(*words[1])].isalpha()

    @cached_property
    def named(self):
        """Offset of a word -> the name it belongs to."""
        return {part.start(): m for m in self.mentions for part in _PART.finditer(self.raw, m.start, m.end)}

    @cached_property
    def known(self):
        """Surname, or first name -> the full names it may stand for, the most frequent first, the headline's last."""
        counts, known = Counter(), {}
        for mention in sorted(self.mentions, key=lambda m: m.start < self.body):
            counts[mention.name] += 1 < len(mention.name) < 4
        for name in (
            *(tuple(name.split()) for name in self.speakers),
            *(name for name, n in counts.most_common() if n),
        ):
            known.setdefault(name[-1], []).append(name)
        for name in counts:
            if 1 < len(name) < 4 and (name[0].lower() in HE or name[0].lower() in SHE):
                known.setdefault(name[0], [name])
        return known

    def full(self, name, gender=None):
        """The fullest form of a name: "Aliyev" -> "Ilham Aliyev"."""
        known = self.known.get(name[-1], ()) if name else ()
        if len(name) == 1:
            name = next((full for full in known if _fits(full, gender)), known[0] if known else name)
        return " ".join(max((full for full in known if full[0] == name[0]), key=len, default=name))

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
        j = next((k for k in range(i + 1, j) if clause.is_predicate(k)), j)
        head = next((k for k in range(i + 1, j) if words[k] in PREPOSITIONS and not clause.is_name(k)), j)
        for end in dict.fromkeys((head, j)):
            last = next((k for k in reversed(range(i, end)) if clause.is_name(k)), None)
            if last is None:
                continue
            mention = self.named[clause.tokens[last].start()]
            if last == head - 1:  # the phrase ends with a name: "Trump spokeswoman Hope Hicks"
                return self.full(mention.name, mention.gender), ((mention.start, mention.end),)
            if words[i] == "the" and words[end - 1] in TITLES:
                break  # "the Florida senator"
            while words[i] in DETERMINERS:
                i += 1
            start, stop = clause.span(i, end)  # "spokesman for Trump", "White House officials"
            if end == head:
                start = max(start, mention.start)
            return " ".join(_TAG.sub(" ", self.raw[start:stop]).split()) or "unknown", ((start, stop),)
        noun = words[head - 1]
        if words[i] == "the" and noun[-1] != "s" and noun not in WORDS["thing"] | WORDS["organisation"]:
            return ("", ()) if position is None else self.recent(position, None, clause.span(i, head))
        return "unknown", (clause.span(i, head),)

    def recent(self, end, gender, span):
        """Whom a pronoun or description means: who speaks or acts in the narration just before, else the last voice."""
        start = max(self.since, end - 600, 0)
        here = self.sentence(end - 1)
        for number in range(here, max(here - 3, -1), -1):
            at, stop = max(start, self.bounds[number][0]), min(end, self.bounds[number][1])
            if stop - at < 2:
                continue
            clause = Clause(self, at, stop)
            verbs = (i for i in range(len(clause.words)) if clause.is_verb(i))
            found = [source for i in verbs if (source := self.said(clause, i, None))]
            for _, spans in found:
                mention = self.named.get(spans[0][0]) if spans else None
                if mention and self.is_person(mention, gender):
                    return self.full(mention.name, gender), (span, *spans)
            if self.bounds[number][0] >= self.since and all(voice for voice, _ in found):
                if named := self.mentioned(at, stop, gender):
                    return named[0], (span, named[1])
        if self.last and _fits(self.last[0].split(), gender):
            return self.last[0], (span, *self.last[1][1:2])
        if named := self.mentioned(max(0, start - 600), start, gender):
            return named[0], (span, named[1])
        return self.last[0] if self.last and not gender else "unknown", (span,)

    def is_person(self, mention, gender):
        name = mention.name
        if name[-1].lower() in WORDS["organisation"] or (name[-1].isupper() and len(name) == 1):
            return False
        return _fits(name, gender) and (mention.person or name[0] in self.known)

    def mentioned(self, start, end, gender):
        """The first person named in a stretch of text: (full name, its span), or None."""
        for mention in self.mentions[bisect_left(self.mentions, (start,)) : bisect_left(self.mentions, (end,))]:
            if self.folded.startswith("'s", mention.end):
                continue  # "Byrne's captain, Hart, disagreed"
            if self.is_person(mention, gender) and _fits((full := self.full(mention.name, gender)).split(), gender):
                return full, (mention.start, mention.end)
        return None

    def subject(self, clause, end, position):
        """The subject of a whole sentence: the first name or pronoun after an opening like "In Geneva,"."""
        words, first = clause.words, 0
        if "," in words[:end] and (words[0] in WORDS["subordinator"] or words[0].endswith(("ing", "ed"))):
            first = words.index(",") + 1
        for i in range(first, end):
            if words[i] in ("he", "she", "they"):
                return self.source(clause, i, i + 1, position)
            if clause.is_name(i):
                j = i + 1
                while j < end and (clause.is_name(j) or words[j] in TITLES):
                    j += 1
                return self.source(clause, i, j, position)
        return None

    def said(self, clause, i, position):
        """The source of the speech verb at word i, from the words before it or, in "said Ann Lee", after it."""
        words, j = clause.words, i
        quoted = next((k for k in range(i + 1) if words[k] in ("quoted", "quotes", "cited")), len(words))
        saying = clause.until(quoted, {"saying"})
        if words[saying - 1 : saying] == ["as"] and saying - 1 > quoted + 1:  # "the agency quoted Ann Lee as saying"
            return self.source(clause, quoted + 1, saying - 1, position)
        while j and (
            words[j - 1] in HELPERS or words[j - 1][-2:] == "ly" or words[max(j - 2, 0) : j] == ["used", "to"]
        ):
            j -= 1
        if j and (
            words[j - 1] in ("and", "but", "or", "then") or (words[i][-3:] == "ing" and not clause.is_name(j - 1))
        ):
            return self.subject(clause, j, position)
        # "Flynn, a top adviser, said": the last part that is a name, else the last noun phrase
        chunks, k = [], int(words[0] in ("and", "but"))
        for m in range(j + 1):
            if m == j or (words[m] in BREAKS and not clause.is_name(m)):
                chunks += [(k, m)] * (m > k and not (k and m < j and words[k - 1] == "("))
                k = m + 1
                k += words[k : k + 1] in (["and"], ["but"])
        chunks.reverse()
        if j and (words[j - 1] not in BREAKS or words[j - 1] in ("who", "which")) and chunks:
            return self.source(clause, *chunks[0], position) or self.subject(clause, j, position)
        named = [c for c in chunks if clause.is_name(c[0])]
        nouns = [c for c in chunks if words[c[0]] in WORDS["np"]]
        named += [c for c in nouns if any(map(clause.is_name, range(*c)))]
        k = clause.until(i + 1, ENDS)
        if (
            not (named or nouns)
            or words[max(j - 1, 0)] in "?!"
            or (words[k : k + 1] == [","] and words[i] in ("said", "says") and clause.is_name(i + 1))
        ):
            if words[k : k + 1] == [","] and not clause.is_name(i + 1) and clause.is_name(k + 1):
                return self.source(clause, k + 1, clause.until(k + 1, ENDS), position)  # "said the minister, Ann Lee,"
            if k > i + 1 or not j:
                return self.source(clause, i + 1, k, position)
        # "Ann Lee, the mayor's deputy, said": an apposition with another's name comes last
        named.sort(key=lambda c: any(word[-2:] == "'s" for word in words[slice(*c)]))
        for chunk in named + nouns:
            return self.source(clause, *chunk, position)
        return self.subject(clause, j, position)

    def lead(self, clause, position):
        """(cue, source) where the clause has "according to" or the like, else None."""
        words = clause.words
        for lead, after in LEADS.items():
            if lead in words and words[(i := words.index(lead)) + 1 : i + 2] == [after]:
                source = self.source(clause, i + 2, clause.until(i + 2, ENDS), position)
                return source and (clause.span(i, i + 2), source)
        return None

    def before(self, start, position, guess):
        """(cue, source) of a quotation from its sentence up to `position`; with no cue, perhaps the subject."""
        clause = Clause(self, start, position)
        words, found, end = clause.words, None, len(clause.words)
        for i in reversed(range(end)):
            if clause.is_verb(i) and (source := self.said(clause, i, position)):
                found = found or (clause.span(i, i + 1), source)
                if source[0] not in ("unknown", "narrator"):
                    return clause.span(i, i + 1), source
        if found := self.lead(clause, position) or found:
            return found
        if words[-1:] == [":"]:
            i = end = end - 1
            while clause.is_name(i - 1):  # "Ann Lee: “…”"
                i -= 1
            source = self.source(clause, i, end, position) or self.subject(clause, end, position)
            return source and (clause.span(end, end + 1), source)
        source = guess and self.subject(clause, end, position)
        return (None, source) if source else None

    def after(self, start, end, position):
        """(cue, source) of a quotation from the words just after it, or None."""
        clause = Clause(self, start, min(end, start + 300))
        if found := self.lead(clause, position):
            return found
        for i in range(len(clause.words)):
            if clause.is_verb(i):
                if clause.is_name(0) or clause.words[0] in WORDS["np"]:
                    source = self.source(clause, 0, min(i, clause.until(0, BREAKS)), position)
                else:
                    source = self.said(clause, i, position)
                return source and (clause.span(i, i + 1), source)
        if clause.words[:1] and clause.words[0] in "—–―" and clause.is_name(1):  # “…” — Ann Lee
            return clause.span(0, 1), self.source(clause, 1, clause.until(1, ENDS), position)
        return None

    def attribute(self, paragraph, at, opening, closing, end):
        """(voice, because) of a quotation between the narration from `at` and up to `end`; None when nobody says it."""
        raw = self.raw
        inside = raw[max(opening + 1, closing - 3) : closing].rstrip("\"”“»«'’‘` \n")[-1:]
        lead = raw[max(at, opening - 3) : opening].rstrip()[-1:]
        long = raw.count(" ", opening, min(closing, opening + 200)) > 3
        whole = inside in ".,!?…" and raw[opening + 1 : opening + 2].isupper()
        here = self.sentence(opening)
        start = max(at, self.bounds[here][0], opening - 400)
        own = bool(raw[start:opening].strip())
        left = self.before(start, opening, long) if own else None
        follows = raw[closing : closing + 3].strip()[:1]
        if not (follows and follows in "—–―"):
            end = min(end, self.bounds[self.sentence(closing + (-1 if inside in ".…" else 1))][1])
        right = self.after(closing, end, opening)
        sides = [left, right]
        if not (own and lead in ":,-—–") and (inside in ",?!—–-" or follows == ","):
            sides.reverse()
        for cue, source in filter(None, sides):
            if cue and (long or whole or source[0] != "unknown"):
                return because(cue, source)
        if not own and (whole or (long and raw[opening] not in "'‘`")):
            if here and (start := max(self.bounds[here - 1][0], opening - 400)) >= self.since:
                found = self.before(start, self.bounds[here - 1][1], True)
                if found and (found[0] or opening > paragraph):
                    return because(*found)
            return self.last or ("unknown", ())
        if not long or raw[opening] in "'‘`" or _is_title(raw[opening + 1 : closing - 1]):
            return None
        if self.last and at > paragraph:
            return self.last
        return left and because(*left)

    def headed(self, body):
        """(voice, because) of whoever the headline says speaks: "Remarks by President Lee", "Ann Lee's address"."""
        for mention in self.mentions:
            if mention.start >= body:
                break
            cue = _SPEECH_OF.search(self.folded, 0, mention.start) or _S_SPEECH.match(self.folded, mention.end, body)
            if cue and self.is_person(mention, None):
                return self.full(mention.name, mention.gender), (cue.span(1), (mention.start, mention.end))
        return "", ()

    def guest(self, end):
        """Whom an interview is with: the speaker the reader named, else the first person of its introduction."""
        if self.speakers:
            return self.speakers[0], ()
        end, best = min(end, 5000), None
        for mention in self.mentions[: bisect_left(self.mentions, (end,))]:
            if len(mention.name) == 1 or not self.is_person(mention, None):
                continue
            name = self.full(mention.name)
            asked = INTERVIEW.search(self.raw, *self.bounds[self.sentence(mention.start)]) is not None
            gendered = mention.name[0].lower() in HE or mention.name[0].lower() in SHE
            quoted = self.last is not None and self.last[0] == name
            rank = asked, gendered, quoted, self.raw.count(mention.name[-1], 0, end)
            if any(rank[:3]) and (not best or rank > best[0]):
                best = rank, name, (mention.start, mention.end)
        return (best[1], (best[2],)) if best else self.last or ("unknown", ())


def because(cue, source):
    return source[0], tuple(span for span in (cue, *source[1]) if span)


def _is_title(text):
    """Are all words written with a capital but the small ones? ("Gone With the Wind")"""
    return all(word[0].isupper() or len(word) < 4 or word.lower() in PREPOSITIONS for word in text[:200].split())


def bare(words):
    """A name without titles; nothing is left of a title alone ("Mayor of London", "Prime Minister")."""
    first = 0
    for i, word in enumerate(words):
        last = i + 1 == len(words) and (first < i or words[i - 1][-1] == ".")  # "Mr. King"
        if word.rstrip(".").lower() in TITLES and not last:
            first = i + 1
    while words[first : first + 1] == ["of"]:
        first += 2 + (words[first + 1 : first + 2] == ["the"])  # "Secretary of State John Stone"
    return words[first:]


def _fits(name, gender):
    first = name[0].lower()
    return gender is None or first in gender or not (first in HE or first in SHE)
