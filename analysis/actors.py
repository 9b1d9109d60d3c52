"""Actors: who is spoken of in a text: states and their seats, blocs, bodies, outlets, persons.

``codebooks/actors.csv`` knows states by their demonyms, capitals and seats of power, blocs and organisations; persons
and further bodies are told from other names by what the text says of them.
"""

import re
from collections import defaultdict
from functools import lru_cache
from itertools import takewhile
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from . import corrections
from .codebook import HERE, changed, once
from .names import CAPITAL, CAPITALISED, FIRST, NAMELESS, WORDS, is_body
from .segment import fold
from .tables import CodebookError, contents, records

COLUMNS = ("names", "demonyms", "seats")  # of actors.csv: where an actor's names stand
_WORD = re.compile(r"(?<!\w)[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я]\w*")
_WE = re.compile(r"\b(?:we|us|our(?! (?:own |special )?(?:correspondent|reporter|staff))|ours|ourselves)\b")
_PART = re.compile(r"\w\S*")
_LETTERS = re.compile(r"\w*")
_PREFIX = re.compile(r"\b(?:anti|ex|non|post|pre|pro)[-–]$")
_DAY = rf"(?i:{'|'.join(sorted(WORDS['time']))})\b"
_FOR = re.compile(  # "Institute for Peace and Security", not "Council on Tuesday"
    rf" (?:for|on) (?:the )?(?!{_DAY}){CAPITALISED}(?: (?:and |of (?:the )?)?{CAPITALISED})*"
)
_INITIALS = re.compile(r" \(([A-Z][A-Z&.]{1,7})\)")
_RULED = re.compile(rf"\b(?:{'|'.join(sorted(WORDS['ruled']))}) of (?:the )?$")
_RULES = re.compile(rf"['’]s (?:(?:prime|foreign) )?(?:{'|'.join(sorted(WORDS['ruling']))})\b")
_GOES_BEYOND = re.compile(r"[^\W_]|\$")  # "US$"
_OF, _GOES_ON = re.compile(rf" of (?:the )?{CAPITAL}"), re.compile(rf" {CAPITAL}")
ACTING = ("nsubj", "nsubjpass", "poss", "appos")  # relations of whom a clause is about, and who is explained
INSIDE = ("compound", "amod", "nmod")  # relations of what only tells what kind of thing is meant
PLACES = frozenset("in into at near outside around across throughout".split())  # before where something is


class Mention(NamedTuple):
    """An actor in the text."""

    start: int
    end: int
    actor: str
    kind: str


class Entry(NamedTuple):
    """One of an actor's names in ``actors.csv``, folded and as written; is it a seat of power?"""

    name: str
    actor: str
    kind: str
    written: str
    seat: bool


@once
def mentions(text):
    """The actors named in a Text, in order: [Mention]; the actor of "our" is "we", whoever speaks.

    kind is state, bloc, organisation, group, person or in-group. ``text.codebooks`` may name a file of "actors" to add
    to ``actors.csv``. Who is named in a label of who speaks is not spoken of, and a state after "in" is a place. A
    reader's corrections win.
    """
    found = corrections.rows(text, "stance", _mentions(text), lambda *at: Mention(*at, text.raw[slice(*at)], "group"))
    actors = [corrections.said(text, "stance", it[:2]).get("actor") for it in found]
    return [it._replace(actor=own, kind="group") if own else it for it, own in zip(found, actors, strict=True)]


@once
def by_token(text):
    """The mention that each token of ``text.doc`` belongs to, if any: {its place: Mention}."""
    return {token.i: it for it in mentions(text) for token in text.parsed(it.start, it.end)}


def called(mention, voice):
    """The actor, as the tables name it: whose "we" it is belongs to the name."""
    return f"we ({voice})" if mention.kind == "in-group" else mention.actor


@lru_cache(maxsize=32)
def _table(path, _changed=0):
    """First word of a name -> the [Entry] that begin so, longest first."""
    table = defaultdict(list)
    for where, row in records(contents(path), path.name, (), ("actor", "kind", *COLUMNS)):
        forms = [(column, form.strip()) for column in COLUMNS for form in (row.get(column) or "").split("|")]
        if not any(written for _, written in forms):
            raise CodebookError(f"{where}: no name in the columns {', '.join(COLUMNS)}")
        for column, written in filter(itemgetter(1), forms):
            if not _WORD.match(written.removeprefix("the ")):
                raise CodebookError(f"{where}: {written!r} is never found: no capital begins it")
            name, kind = fold(written).removeprefix("the "), row.get("kind") or "organisation"
            entry = Entry(name, row.get("actor") or written, kind, written, column == "seats")
            table[_LETTERS.match(name)[0]].append(entry)
    return {word: sorted(entries, key=lambda entry: -len(entry.name)) for word, entries in table.items()}


def _tables(text):
    """The table for a text: ours, with what its reader brought along before it, or in its place."""
    table = _table(HERE / "actors.csv")
    for name, file in sorted(text.codebooks.items(), reverse=True):  # "only-actors" first
        if name.endswith("actors"):
            own = _table(Path(file), changed(Path(file)))
            both = {word: own.get(word, []) + table.get(word, []) for word in [*table, *own]}
            table = both if name == "actors" else own
    return table


def _mentions(text):
    found = _listed(text, _tables(text))
    for find in (_bodies, _named, _common):
        found += find(text, {at for it in found for at in range(it.start, it.end)})
    aliases = _aliases(text, found)
    found = (it._replace(actor=own.actor, kind=own.kind) if (own := aliases.get(it.actor)) else it for it in found)
    found = (it for it in found if not _is_no_actor(text, it))
    unspoken = {at for span in (*text.unspoken, *text.lone.items()) for at in range(*span)}
    return sorted(it for it in (*_we(text), *found) if it.start not in unspoken)


def _we(text):
    """The mentions of the group that whoever speaks belongs to."""
    for match in _WE.finditer(text.folded):
        if not text.raw[slice(*match.span())].isupper():  # "US"
            yield Mention(*match.span(), "we", "in-group")


def _is_no_actor(text, mention):
    """Is it named only for where something is, "in Turkey", but not "he complained at the ministry"; or for what it is
    not, as in "anti-Russian"?"""
    if mention.kind == "elsewhere" or _PREFIX.search(text.folded, max(mention.start - 5, 0), mention.start):
        return True
    root = text.parsed(mention.start, mention.end).root
    body = mention.kind in ("organisation", "group")
    return root.dep_ == "pobj" and root.head.lower_ in PLACES and not (body and root.head.lower_ == "at")


def _listed(text, table):
    """The mentions of what the table lists and of outlets, which may bear a country's name, "Sputnik Azerbaijan",
    "China Daily": where two overlap, the first."""
    named = {
        name.bare: Mention(name.bare, name.end, " ".join(name.words), "organisation")
        for name in text.attribution.names.found
        if 1 < len(name.words) < 5 and {name.words[0].lower(), name.words[-1].lower()} & WORDS["outlet"]
    }
    found, free = [], 0
    for at in sorted({match.start() for match in _WORD.finditer(text.raw)} | named.keys()):
        entries = table.get(_LETTERS.match(text.folded, at)[0], ())  # the longest first
        written = (Mention(at, at + len(it.name), it.actor, it.kind) for it in entries if _is_written(text, at, it))
        mention = named.get(at) or next(written, None)
        if mention and at >= free:
            found.append(mention)
            free = mention.end
    return found


def _is_written(text, at, entry):
    """Does this name stand there, written as a name, and not as another's part or as a common word?"""
    raw, folded, end = text.raw, text.folded, at + len(entry.name)
    if not folded.startswith(entry.name, at) or _GOES_BEYOND.match(raw, end):
        return False
    if entry.kind == "organisation" and _is_part(text, at, end):
        return False
    goes_on = _GOES_ON.match(raw, end) and not raw[at:end].isupper()
    if entry.written.startswith("the "):
        return not goes_on and folded.endswith("the ", 0, at)  # "the West", not "West Bank"
    if entry.seat or entry.name in WORDS["namesake"]:
        return not goes_on and not _is_first_name(text, entry)  # "Paris Hilton", "Georgia Smith"
    return not entry.written.isupper() or raw.startswith(entry.written, at)


def _is_first_name(text, entry):
    """Is a capital called as somebody in the text is: Sofia Lee?"""
    return entry.seat and entry.name in FIRST and entry.name in text.attribution.names.first_names


def _is_part(text, at, end):
    """Is this a part of another body's name: "Supreme Court of Norway", "National Security Council", "Labour Court"?"""
    name, own = text.attribution.names.around(at), text.raw[at:end]
    longer = name and (name.bare < at or (end < name.end and " " not in own and not own.isupper()))
    return bool(_OF.match(text.raw, end) or (longer and is_body(name.words)))


def _named(text, taken):
    """The mentions of persons, bodies by their initials and states, for whom the text has evidence somewhere."""
    names, found, sure, kinds = text.attribution.names, [], set(), {}
    for name, words, start in _free(names, taken):
        root = text.parsed(name.bare, name.end).root
        if root.dep_ in INSIDE or _is_thing(name, root):  # "an anti-Putin message"
            continue
        actor = names.full(words, name.title).replace("’", "'")
        kind = "organisation" if len(words) == 1 < len(words[0]) and words[0].isupper() else "person"  # "UNICEF"
        found.append(Mention(start, name.end, actor, kind))
        if _is_state(names, name, actor):
            kinds[actor] = "state"
        elif _is_spelt_out(text, found[-1]):
            kinds[actor] = "organisation"
        if kinds.get(actor) == "state" or _is_person(names, name, words, root.dep_):
            sure.add(actor)
    return [it._replace(kind=kinds.get(it.actor, it.kind)) for it in found if it.actor in sure]


def _free(names, taken):
    """The names that may be somebody's, each with its last words that are not taken or common, and where they start."""

    def is_free(part):
        return part[0].lower().rstrip(".") not in NAMELESS and taken.isdisjoint(range(*part.span()))

    for name in names.found:
        own = [*takewhile(is_free, reversed([*_PART.finditer(names.raw, name.bare, name.end)]))]
        if own and not names.owes_capital_to_headline(name):
            yield name, name.words[-len(own) :], own[-1].start()


def _bodies(text, taken):
    """The mentions of bodies, by a word of their names."""
    names = text.attribution.names
    for name in (it for it in names.found if is_body(it.words) and not names.owes_capital_to_headline(it)):
        goes_on = _FOR.match(text.raw, name.end)
        ends = (goes_on.end(), name.end) if goes_on else (name.end,)
        end = next((end for end in ends if taken.isdisjoint(range(name.bare, end))), None)
        if end and text.parsed(name.bare, name.end).root.dep_ not in INSIDE:
            taken.update(range(name.bare, end))
            yield Mention(name.bare, end, " ".join(text.raw[name.bare : end].split()), "organisation")


def _aliases(text, found):
    """What else a text calls the bodies that it names, if it calls nobody else so: {form: a Mention of the body}."""
    forms, named = defaultdict(dict), _written(text, found)
    for written in sorted(named, key=len, reverse=True):
        if written not in forms:
            for form in _forms(text, written, named[written]):
                forms[form][named[written].actor] = named[written]
    people = {name.words[-1] for name in text.attribution.names.found if name.title}  # "Mr. Brandt"
    alone = ((form, *own.values()) for form, own in forms.items() if len(own) == 1)
    return {form: own for form, own in alone if form.split()[-1] not in people}


def _written(text, found):
    """What is named in a text, with the bodies that are no mentions, by the words that name it: {words: Mention}."""
    bodies = (it for it in text.attribution.names.found if is_body(it.words))
    named = (Mention(it.bare, it.end, " ".join(it.words), "organisation") for it in bodies)
    return {" ".join(text.raw[it.start : it.end].split()): it for it in (*named, *reversed(found))}


def _forms(text, written, mention):
    """The short forms of a name, as it is written, that is no person's."""
    if mention.kind != "person" and (initials := _INITIALS.match(text.raw, mention.end)):
        yield initials[1]
    if mention.kind == "organisation":
        yield from _shorter(written.split())


def _shorter(words):
    """What a body is called once it has been named: "Court" and "Supreme" for "Supreme Court", "Council" for "Council
    of Lenz".

    >>> _shorter(["Great", "Northern", "Company"]), _shorter(["Council", "of", "Lenz"])
    (['Northern Company', 'Company', 'Great Northern'], ['Council'])
    """
    cut = next((k for k, word in enumerate(words) if k and word in ("of", "for", "on")), None)
    if len(words) < 2 or not is_body(words[:cut]):
        return []
    head = words[:cut] if cut else words[1:]
    ends = [" ".join(head[k:]) for k in range(len(head))]
    return ends if cut else [*ends, " ".join(words[:-1])]


def _common(text, taken):
    """The mentions of those who are called by what they are, where they act or own: "the opposition", "the police"."""
    for noun in text.doc:
        alone = noun.left_edge == noun and noun.is_sent_start  # "Parliament failed."
        if noun.lower_ in WORDS["common"] and noun.dep_ in ACTING[:3] and (noun.is_lower or alone):
            start, end = noun.left_edge.idx, noun.idx + len(noun)
            if (alone or noun.left_edge.lower_ == "the") and taken.isdisjoint(range(start, end)):
                called = " ".join(text.raw[start:end].split())
                yield Mention(start, end, called[0].lower() + called[1:], "group")


def _is_spelt_out(text, mention):
    """Do its initials stand behind it, as a body's do: "Northern Economic Compact (NEC)", not "Ann Lee (AL)"?"""
    behind, words = _INITIALS.match(text.raw, mention.end), mention.actor.split()
    return behind and behind[1] == "".join(filter(str.isupper, mention.actor)) and words[0].lower() not in FIRST


def _is_state(names, name, actor):
    """Does the text call it a republic, or speak of its people: "the people of Lenz", "Lenz's prime minister"?"""
    called = actor.startswith(("Republic of ", "Kingdom of "))
    ruled = _RULED.search(names.folded, max(0, name.bare - 24), name.bare) or _RULES.match(names.folded, name.end)
    return called or bool(ruled and len(name.words) == 1 and not name.title and " " not in actor)


def _is_thing(name, root):
    """Is it what no person is called, by its article: "this Bill", or a first name behind any, "the Bill"?"""
    articles = {one.lower_ for one in root.lefts if one.dep_ == "det"}
    return len(name.words) == 1 and bool(articles) and (articles != {"the"} or name.words[0].lower() in FIRST)


def _is_person(names, name, words, relation):
    """Does the text give a name away as a person's?

    Two capitals do not yet. A title does, a first name, a clause whose subject it is, or that says who it is; a lone
    capital needs a title, or to be a subject and to stand within a sentence, too. A few dozen are so well known that
    they are persons anywhere.
    """
    if (name.title and words == name.words) or " ".join(words).lower() in WORDS["surname"]:
        return True
    if len(words) > 1:
        return words[0].lower() in FIRST or relation in ACTING
    inner = words[0] in names.inner and words[0].lower() not in names.small
    return len(name.words) == 1 and inner and relation in ACTING[:3]
