"""Attribution: from a quotation to the name of whoever says it.

The speech verb of the sentence around a quotation ("said", in codebooks/speech.csv) leads to its subject, and that to a
name: a surname to the fullest name in the text, a pronoun or a description ("the minister") to the last name that fits.
A quotation with no verb of its own goes on with the voice before it. Every look around a quotation is bounded, so that
the whole takes time linear in the text's length.
"""

import csv
import re
from functools import cached_property
from pathlib import Path

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
STOPS = set(".!?")
BREAKS = WORDS["break"] | STOPS | set(",;:()—–―") | {"--"}  # what a noun phrase does not run over
ENDS = BREAKS | WORDS["time"] | {"in", "on", "at", "during"}  # what ends the noun phrase after "said"
LEADS = {"according": "to", "words": "of"}  # "according to Ann Lee", "in the words of Ann Lee"
CUES = VERBS | STOPS | LEADS.keys()
PRONOUNS = {"he": HE, "she": SHE, "they": None, "it": None}

CAPITAL = "[A-ZÀ-ÖØ-ÞĂĄĆČĎĐĒĘĚĞĢĪĬĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŹŻŽ]"
_CAPITALISED = re.compile(rf"{CAPITAL}[\w-]+")
_NAME = re.compile(rf"{CAPITAL}[\w-]*\.?(?:[ \xa0]{CAPITAL}[\w-]*\.?){{1,4}}")
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_](?:[\w'&.-]*\w)?|[,;:()—–―.!?]|--")  # on folded text
_STOP = re.compile(r"[.!?…][\"”’»)\]]*\s+|\n\s*\n\s*")
INTERVIEW = re.compile(
    r"(?i:\binterview(?:s|ed)?\b|\b(?:spoke|speaks|talk(?:ed|s)|sat down) (?:to|with)\b|\bin conversation\b)"
)


class Clause:
    """The words of a stretch of narration with their offsets, read only as far as needed."""

    def __init__(self, text, start, end):
        self.raw, self.words, self.tokens = text.raw, [], []
        self.rest = _WORD.finditer(text.folded, start, end)

    def read(self, until=()):
        """Read on to the next word of a set; its index, or that of the end."""
        if not until:
            self.tokens += self.rest
            self.words += [token[0] for token in self.tokens]
        for token in self.rest:
            self.tokens.append(token)
            self.words.append(word := token[0])
            if word in until and self.breaks(len(self.words) - 1):
                return len(self.words) - 1
        return len(self.words)

    def breaks(self, i):
        """A full stop breaks nothing after "Sen." or an initial, nor before a comma as in "R-Ky.,"."""
        if self.words[i] != "." or not i:
            return True
        last, at = self.words[i - 1], self.tokens[i].end()
        return not (last in TITLES or len(last) == 1 or not (self.raw[at : at + 1] or " ").isspace())

    def until(self, i, ends):
        """The end of the phrase that begins with word i."""
        return next((j for j in range(i, len(self.words)) if self.words[j] in ends and self.breaks(j)), len(self.words))

    def is_capital(self, i):
        """Is this word part of a name?"""
        return self.raw[self.tokens[i].start()].isupper() and self.words[i].partition("'")[0] not in COMMON

    def goes_on(self, i):
        """Can a name go on after this word? Not after "Clinton's"; after "Sen." it can."""
        return (self.is_capital(i) or not self.breaks(i)) and self.words[i][-2:] != "'s"

    def is_verb(self, i):
        """Is this one of VERBS a verb here? After "the" or "on", "report" and "charges" are nouns."""
        last = self.words[i - 1] if i else ""
        return not (
            last in DETERMINERS
            or last[-2:] == "'s"
            or (last in PREPOSITIONS and self.words[i][-3:] != "ing")
            or (i and self.raw[self.tokens[i].start()].isupper())
        )

    def is_predicate(self, i):
        """Does a predicate begin with this word? ("Clinton has never", "Clinton filed")"""
        word = self.words[i]
        return word in HELPERS or (word in VERBS and self.is_verb(i)) or (word[-2:] == "ed" and self.is_capital(i - 1))

    def span(self, i, j):
        return self.tokens[i].start(), self.tokens[j - 1].end()


class Attribution:
    """The names of one text, and the rules that lead from a quotation to one of them.

    A source is (voice, spans): the spans of its noun phrase and, when that is a pronoun or a description, of the name
    that it stands for.
    """

    def __init__(self, raw, folded, paragraphs, speakers=()):
        self.raw, self.folded = raw, folded
        self.body = paragraphs[1][0] if len(paragraphs) > 1 else 0
        self.speakers = [name for name in speakers if name.strip()]
        self.last = None  # (voice, because) of the quotation before
        self.since = -1  # where the narration after it begins
        self.memo = {}
        self.names = {name.split()[-1]: [name] for name in self.speakers}

    @cached_property
    def mentions(self):
        """Last word -> the runs of capitalised words that end with it; the headline, all capitals, comes last."""
        mentions = {}
        for name in _NAME.findall(self.raw, self.body) + _NAME.findall(self.raw, 0, self.body):
            mentions.setdefault(name[name.rfind(" ") + 1 :].rstrip("."), []).append(name)
        return mentions

    def known(self, surname):
        """The full names that end with a surname, the most frequent first."""
        if surname not in self.names:
            names = [" ".join(_bare(mention)) for mention in self.mentions.get(surname, ())[:15]]
            self.names[surname] = sorted(
                dict.fromkeys(n for n in names if 0 < n.count(" ") < 3), key=names.count, reverse=True
            )
        return self.names[surname]

    def full(self, name, gender=None):
        """The fullest form of a name, without titles: "President Aliyev" -> "Ilham Aliyev"."""
        key = name, gender is HE, gender is SHE
        if key not in self.memo:
            words, title = _bare(name), name.split(maxsplit=1)[0].rstrip(".").lower()
            bare, known = " ".join(words), self.known(words[-1])
            if len(words) > 1:
                same = (full for full in known if full.startswith(words[0] + " ") or bare.endswith(" " + full))
                best = next(same, bare)
            else:
                gender = HE if title in WORDS["male title"] else SHE if title in WORDS["female title"] else gender
                fitting = [full for full in known if _fits(full, gender)]
                sure = (full for full in fitting if gender and full.split()[0].lower() in gender)
                best = next(sure, (fitting or known or [bare])[0])
            first = best.split()[0] + " "
            self.memo[key] = max((full for full in known if full.startswith(first)), key=len, default=best)
        return self.memo[key]

    def sentence(self, start, end):
        """Where the last sentence before `end` begins."""
        for stop in reversed(list(_STOP.finditer(self.raw, start, end))):
            word = self.folded[max(start, stop.start() - 12) : stop.start()].rpartition(" ")[2].lstrip('("')
            abbreviated = word in TITLES or len(word) < 2 or "." in word
            if stop[0][0] != "." or not (abbreviated or self.raw[stop.end() : stop.end() + 1].islower()):
                return stop.end()
        return start

    def source(self, clause, i, j, position):
        """The source that the words i..j name, or None; "" for a pronoun or description where no position is given."""
        words = clause.words
        while i < j and words[i] in HELPERS:
            i += 1
        if i >= j:
            return None
        if words[i] in PRONOUNS:
            if position is None:
                return "", ()
            return self.recent(min(position, clause.tokens[i].start()), PRONOUNS[words[i]], clause.span(i, i + 1))
        j = next((k for k in range(i + 1, j) if clause.is_predicate(k)), j)
        head = next((k for k in range(i + 1, j) if words[k] in PREPOSITIONS), j)
        for end in (head, j) if head < j else (j,):
            last = end
            while last > i and not clause.is_capital(last - 1):
                last -= 1
            if last == i or (last == i + 1 and self.is_common(words[i])):
                continue
            first = last - 1
            while first > i and clause.goes_on(first - 1):
                first -= 1
            if last == head:  # the phrase ends with a name: "Trump spokeswoman Hope Hicks"
                at, stop = clause.span(first, last)
                stop -= 2 * (words[last - 1][-2:] == "'s") + (words[last - 1][-1] == "'")
                return self.full(self.raw[at:stop]), ((at, stop),)
            if words[i] == "the" and words[end - 1] in TITLES:
                break  # "the Florida senator"
            while i < first and words[i] in DETERMINERS:
                i += 1
            at, stop = clause.span(i if end > head else first, end)  # "spokesman for Trump", "White House officials"
            return " ".join(self.raw[at:stop].split()), ((at, stop),)
        noun = words[head - 1]
        if words[i] == "the" and noun[-1] != "s" and noun not in WORDS["thing"] | WORDS["organisation"]:
            return ("", ()) if position is None else self.recent(position, None, clause.span(i, head))
        return "unknown", (clause.span(i, head),)

    def is_common(self, word):
        """Does a word owe its capital to the sentence? The text also has it in lower case."""
        if word not in self.memo:
            self.memo[word] = self.raw.find(f" {word} ", 0, 1 << 14) >= 0
        return self.memo[word]

    def recent(self, end, gender, span):
        """Whom a pronoun or description means: who speaks or acts in the narration just before, else the last voice."""
        start = max(self.since, end - 600, 0)
        at = end
        for _ in range(3):
            if at - start < 2:
                break
            stop, at = at, self.sentence(start, at - 2)
            clause = Clause(self, at, stop)
            words = clause.words[: clause.read()]
            verbs = [i for i, word in enumerate(words) if word in VERBS and clause.is_verb(i)]
            verbs.sort(key=lambda i: i < len(words) - 2)  # "…, Ann Lee said." comes first
            found = [source for i in verbs if (source := self.said(clause, i, None))]
            if (lead := self.lead(clause, None)) and lead[1]:
                found.insert(0, lead[1])
            whole = at > self.since or self.raw[at : at + 1].isspace()  # not the rest of a sentence that was quoted
            if not found and whole:
                found = [source for source in [self.subject(clause, len(words), None)] if source]
            for voice, spans in found:
                if voice and _is_person(voice) and _fits(voice := self.full(voice, gender), gender):
                    return voice, (span, *spans)
            if whole and all(voice for voice, _ in found) and (named := self.mentioned(at, stop, gender)):
                return named[0], (span, named[1])
        if self.last and _fits(self.last[0], gender):
            return self.last[0], (span, *self.last[1][1:2])
        if named := self.mentioned(max(0, start - 600), start, gender):
            return named[0], (span, named[1])
        return self.last[0] if self.last and not gender else "unknown", (span,)

    def mentioned(self, start, end, gender):
        """The first person named in a stretch of text: (full name, its span), or None."""
        for word in _CAPITALISED.finditer(self.raw, start, end):
            name = word[0].lower()
            if name in COMMON:
                continue
            if self.last and word[0] in self.last[0].split():
                full = self.last[0]
            elif name not in WORDS["organisation"] and self.known(word[0]):
                full = self.full(word[0], gender)
            else:
                continue
            if _fits(full, gender):
                at = self.raw.find(full, max(start, word.end() - len(full)), word.start() + len(full))
                return full, (at, at + len(full)) if at >= 0 else word.span()
        return None

    def subject(self, clause, end, position):
        """The subject of a whole sentence: the first name or pronoun after an opening like "In Geneva,"."""
        words, first = clause.words, 0
        if "," in words[:end] and (words[0] in WORDS["subordinator"] or words[0].endswith(("ing", "ed"))):
            first = words.index(",") + 1
        for i in range(first, end):
            if words[i] in ("he", "she", "they"):
                return self.source(clause, i, i + 1, position)
            alone = i == 0 and not clause.is_capital(min(1, end - 1))
            if clause.is_capital(i) and not (alone and (words[0].endswith(("ing", "ly")) or self.is_common(words[0]))):
                j = i + 1
                while j < end and clause.goes_on(j - 1) and (clause.is_capital(j) or words[j] == "."):
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
        # "Flynn, a top adviser, said": the last part that is a name, else the last noun phrase
        chunks, k = [], int(words[0] in ("and", "but"))
        for m in range(j + 1):
            if m == j or (words[m] in BREAKS and clause.breaks(m)):
                chunks += [(k, m)] * (m > k and not (k and m < j and words[k - 1] == "("))
                k = m + 1 + (words[m + 1 : m + 2] in (["and"], ["but"]))
        chunks.reverse()
        if words[j - 1] not in BREAKS or (words[j - 1] in ("who", "which") and chunks):
            return self.source(clause, *chunks[0], position) or self.subject(clause, j, position)
        k = clause.until(i + 1, ENDS)
        if words[i] in ("said", "says") and k < len(words) and words[k] in ",." and clause.is_capital(i + 1):
            return self.source(clause, i + 1, k, position)  # "…, said Ann Lee, the mayor"
        named = [c for c in chunks if clause.is_capital(c[0]) and (words[c[0]][-3:] != "ing" or c[1] - c[0] == 1)]
        nouns = [c for c in chunks if words[c[0]] in WORDS["np"]]
        named += [c for c in nouns if any(map(clause.is_capital, range(*c)))]
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
                return clause.span(i, i + 2), self.source(clause, i + 2, clause.until(i + 2, ENDS), position)
        return None

    def before(self, start, position, guess):
        """(cue, source) of a quotation from its sentence up to `position`; with no cue, perhaps the subject."""
        clause = Clause(self, start, position)
        words, found, end = clause.words, None, clause.read()
        if not VERBS.isdisjoint(words):
            for i in reversed(range(end)):
                if words[i] in VERBS and clause.is_verb(i) and (source := self.said(clause, i, position)):
                    found = found or (clause.span(i, i + 1), source)
                    if source[0] != "unknown":
                        return clause.span(i, i + 1), source
        if lead := self.lead(clause, position):
            return lead
        if found or not (guess or words[-1:] == [":"]):
            return found or (None, None)
        if words[-1:] != [":"]:
            return None, self.subject(clause, end, position)
        cue, i, end = clause.span(end - 1, end), end - 1, end - 1
        while i and clause.is_capital(i - 1):  # "Ann Lee: “…”"
            i -= 1
        return cue, self.source(clause, i, end, position) if i < end else self.subject(clause, end, position)

    def after(self, start, end, position):
        """(cue, source) of a quotation from the words just after it, or None."""
        clause = Clause(self, start, min(end, start + 300))
        words, i = clause.words, clause.read(CUES)
        while i < len(words) and words[i] in VERBS and not clause.is_verb(i):
            i = clause.read(CUES)
        first = 0
        while first < len(words) and words[first] in (",", "—", "–", "―"):
            first += 1
        if i == len(words) or words[i] in STOPS:
            if not first or words[first - 1] == "," or first >= i or not clause.is_capital(first):
                return None
            cue = first - 1, first  # “…” — Ann Lee
            source = self.source(clause, first, clause.until(first, ENDS), position)
        elif words[i] in LEADS:
            clause.read(ENDS)
            return found if (found := self.lead(clause, position)) and found[1] else None
        elif all(word in HELPERS for word in words[first:i]) or (
            words[i - 1] == "," and not clause.is_capital(first) and words[first] not in WORDS["np"]
        ):
            j = clause.read(ENDS)
            cue, source = (i, i + 1), self.source(clause, i + 1, j, position)
            if j < len(words) and words[j] == "," and (words[i + 1] in WORDS["np"] or not clause.is_capital(j - 1)):
                k = clause.read(ENDS)
                if j + 1 < k and clause.is_capital(j + 1):  # "said the minister, Ann Lee,"
                    source = self.source(clause, j + 1, k, position)
        elif clause.is_capital(first) or words[first] in WORDS["np"] or words[first] in TITLES:
            cue, source = (i, i + 1), self.source(clause, first, min(i, clause.until(first, BREAKS)), position)
        else:
            cue, source = (i, i + 1), self.said(clause, i, position)
        return source and (clause.span(*cue), source)

    def attribute(self, paragraph, at, opening, closing, end):
        """(voice, because) of a quotation between the narration from `at` and up to `end`; None when nobody says it."""
        raw, cue, source, right = self.raw, None, None, None
        inside = raw[max(opening + 1, closing - 3) : closing].rstrip("\"”“»«'’‘` \n")[-1:]
        follows = raw[closing : closing + 3].strip()[:1]
        lead = raw[max(at, opening - 3) : opening].rstrip()[-1:]
        long = raw.count(" ", opening, min(closing, opening + 200)) > 3
        whole = inside in ".,!?…" and raw[opening + 1 : opening + 2].isupper()
        sentence = self.sentence(max(at, opening - 400), opening) if lead else opening
        own = sentence < opening
        if own and lead in ":,-—–":
            cue, source = self.before(sentence, opening, long)
        if not (cue and source):
            if inside not in ".…" or follows.islower() or follows in "—–―":
                right = self.after(closing, end, opening)
                if right and (inside in ",?!—–-" or follows == ","):
                    return because(*right)
            if own and not source:
                cue, source = self.before(sentence, opening, long)
        if cue and source and (long or source[0] != "unknown"):
            return because(cue, source)
        if right and (long or right[1][0] != "unknown"):
            return because(*right)
        if not own and (whole or (long and raw[opening] not in "'‘`")):
            stop = opening
            while stop and raw[stop - 1].isspace():
                stop -= 1
            previous = self.sentence(max(self.since, opening - 400, 0), stop - 1) if stop else 0
            if previous > self.since:
                cue, source = self.before(previous, opening, True)
                if source and (cue or opening > paragraph):
                    return because(cue, source)
            return self.last or ("unknown", ())
        if not long or raw[opening] in "'‘`" or _is_title(raw[opening + 1 : closing - 1]):
            return None
        if self.last and at > paragraph:
            return self.last
        return source and because(None, source)

    def guest(self, end):
        """Whom an interview is with: the speaker the reader named, else the first person of its introduction."""
        if self.speakers:
            return self.speakers[0], ()
        introduction, found = self.raw[: min(end, 5000)], {}
        for mention in _NAME.finditer(introduction):
            name, _, _ = " ".join(_bare(mention[0])).partition(" On ")
            name = " ".join(word for word in name.split() if word.lower() not in WORDS["time"])
            if " " in name and name.split()[-1].lower() not in WORDS["organisation"]:
                asked = INTERVIEW.search(introduction, max(0, mention.start() - 60), mention.start()) is not None
                gendered = not (_fits(name, HE) and _fits(name, SHE))
                quoted = self.last is not None and self.last[0] == self.full(name)
                rank = asked, gendered, quoted, introduction.count(name.split()[-1])
                found[name] = max(found.get(name, ((), ())), (rank, mention.span()))
        if not found:
            return self.last or ("unknown", ())
        best = max(found, key=lambda name: found[name][0])
        return self.full(best), (found[best][1],)


def because(cue, source):
    return source[0], tuple(span for span in (cue, *source[1]) if span)


def _is_title(text):
    """Are all words written with a capital but the small ones? ("Gone With the Wind")"""
    return all(word[0].isupper() or len(word) < 4 or word.lower() in PREPOSITIONS for word in text[:200].split())


def _bare(name):
    """The words of a name without titles, and without a common word before it ("When Ann Lee")."""
    words, first = (name.rstrip(".") or name).split(), 0
    for i, word in enumerate(words[:-1]):
        bare = word.rstrip(".").lower()
        if bare == "state":  # "Secretary of State John Stone", but "State Department"
            first += i == first and words[i + 1].lower() not in WORDS["organisation"]
        elif bare in TITLES or (word[-1] == "." and len(bare) > 2) or (i == first and bare in COMMON):
            first = i + 1
        elif i == first and bare[-2:] == "ly" and not (bare in HE or bare in SHE):
            first += 1
    return words[first:]


def _is_person(voice):
    words = voice.split()
    return all(word[0].isupper() for word in words) and words[-1].lower() not in WORDS["organisation"]


def _fits(name, gender):
    first = name.split()[0].lower()
    return gender is None or first in gender or not (first in HE or first in SHE)
