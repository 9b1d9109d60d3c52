"""What the parse says of one clause: its subject, its object, and how far a phrase goes.

Dependencies are ClearNLP's, as spaCy's English models give them (Choi & Palmer 2012).
"""

from __future__ import annotations

import tomllib
from collections.abc import Container, Iterator
from itertools import takewhile
from pathlib import Path

from spacy.tokens import Doc, Token

_LISTS = tomllib.loads((Path(__file__).parent / "codebooks" / "predicates.toml").read_text("utf-8"))
WORDS = {name: frozenset(words.split()) for name, words in _LISTS.items()}
VERBAL = ("VERB", "AUX")
HELPING = ("aux", "auxpass")
OUTSIDE = frozenset("relcl acl appos advcl ccomp parataxis dep csubj case".split())  # what no phrase goes on over
SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass")
BORROWS = ("conj", "xcomp", "advcl", "pcomp", "prep", "acomp")  # relations of a verb to one whose subject is its own
DETERMINING = ("det", "neg", "amod", "advmod", "preconj")
NOBODY = frozenset("no nobody none nothing neither few hardly".split())
RELATIVE = frozenset("that which who whom whose".split())
UPON = ("against", "on", "upon", "with", "into")  # before what an act without an object is done to
PRONOUNS = dict(he="he", she="he", him="he", his="he", it="it", its="it", they="they", them="they", their="they")
NEAR = 2  # sentences over which a pronoun reaches back


def child(token: Token, *deps: str) -> Token | None:
    """The first dependent of one of these kinds."""
    return next((one for one in token.children if one.dep_ in deps), None)


def complements(token: Token) -> Iterator[tuple[str, Token]]:
    """The objects of a token's prepositions, each with its preposition; not those that tell the time."""
    for prep in token.rights:
        object_ = child(prep, "pobj") if prep.dep_ in ("prep", "dative", "agent") else None
        if object_ is not None and object_.lower_ not in WORDS["time"]:
            yield prep.lower_, object_


def after(token: Token, *prepositions: str) -> Token | None:
    """What stands after the first of some prepositions that a token governs."""
    return next((object_ for prep, object_ in complements(token) if prep in prepositions), None)


def governor(token: Token) -> Token:
    """The verb in whose clause a word stands."""
    while (token.pos_ not in VERBAL or token.dep_ in HELPING) and token.head != token:
        token = token.head
    return token


def shares(verb: Token) -> bool:
    """Is it joined to a verb whose subject and auxiliaries are its own, too?"""
    return verb.dep_ == "conj" and child(verb, *HELPING, *SUBJECTS, "mark") is None


def is_nobody(token: Token | None) -> bool:
    """Is it "nobody", or "no country"?"""
    words = [] if token is None else [token, *(one for one in token.lefts if one.dep_ in DETERMINING)]
    said = {word.lower_ for word in words}
    return bool(said & NOBODY) and not ("few" in said and said & {"the", "a"})  # "the few" are some


# --- phrases and clauses


def phrase(head: Token, joined: bool = True) -> tuple[int, int]:
    """First token and last token + 1 of a noun phrase, without clauses and appositions that only explain it.

    ``joined`` says whether what "and" adds belongs to it.
    """
    end = _end(head, OUTSIDE if joined else OUTSIDE | {"conj"})
    apart = (one.is_punct or one.is_space or one.dep_ == "cc" for one in head.doc[head.left_edge.i : head.i])
    return head.left_edge.i + len([*takewhile(bool, apart)]), end


def _end(head: Token, outside: frozenset[str]) -> int:
    end = head.i + 1
    for one in head.rights:
        named = one.dep_ == "appos" and one.left_edge.i == end  # "the broadcaster PBS", not "PBS, the broadcaster"
        if (one.dep_ in outside and not named) or one.is_space:
            break
        if one.dep_ not in ("punct", "cc"):
            end = _end(one, outside)
    return end


def joined(head: Token) -> list[Token]:
    """A noun and those joined to it by commas and "and"."""
    return [head, *head.conjuncts] if head.dep_ != "conj" else [head]


def clause(head: Token) -> tuple[int, int]:
    """First token and last + 1 of all that depends on a head, without the marks and the "that" around it."""
    apart = any(map(shares_speaker, head.rights)) and child(head, "cc")
    start, end = trimmed(head.doc, head.left_edge.i, apart.i if apart else head.right_edge.i + 1)
    that = head.doc[start].dep_ == "mark" and head.doc[start].lower_ == "that"
    return (start + 1, end) if that and start < head.i else (start, end)


def trimmed(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """A stretch of tokens without the marks and blanks around it."""
    kept = [i for i in range(start, end) if not (doc[i].is_punct or doc[i].is_space)]
    return (kept[0], kept[-1] + 1) if kept else (start, start)


def offsets(doc: Doc, span: tuple[int, int]) -> tuple[int, int]:
    """Tokens as characters."""
    last = doc[span[1] - 1]
    return doc[span[0]].idx, last.idx + len(last)


# --- participants


def is_passive(verb: Token) -> bool:
    """Is it done to the subject of the verb?"""
    reduced = verb.dep_ in ("acl", "relcl", "advcl") and verb.tag_ == "VBN" and child(verb, "aux", "nsubj") is None
    return reduced or child(verb, "nsubjpass", "auxpass") is not None


def subject(verb: Token) -> Token | None:
    """The grammatical subject of a verb: its own, that of the verb it is joined to, or of the verb that governs it; for
    "who" and "which" the noun that their clause is about.

    >>> from .parse import parse
    >>> doc = parse("The army that took the town wants to stay and rule.", [(0, 51)])
    >>> [subject(doc[i]).text for i in (3, 6, 8, 10)]
    ['army', 'army', 'army', 'army']
    """
    while (own := child(verb, *SUBJECTS)) is None and (own := _controller(verb)) is None:
        if verb.dep_ not in BORROWS or child(verb, "expl") is not None:
            return None
        verb = verb.head.head if shares_speaker(verb) else verb.head
    of = child(own, "prep")  # "which", "all of which"
    relative = own.lower_ in RELATIVE or (of is not None and any(one.lower_ in RELATIVE for one in of.children))
    return _related(verb) if relative and verb.dep_ == "relcl" else own


def _related(verb: Token) -> Token:
    """The noun that a relative clause is about: that above where the number of the verb fits it alone, as in "a tax on
    firms that was lifted"."""
    noun, first = verb.head, child(verb, *HELPING) or verb
    singular = first.tag_ == "VBZ" or first.lower_ == "was"
    if not (singular and noun.tag_ == "NNS" and noun.dep_ == "pobj"):
        return noun
    return next((one for one in (noun.head.head, noun.head.nbor(-1)) if one.tag_ == "NN"), noun)


def shares_speaker(verb: Token) -> bool:
    """Is it joined not to the verb before it but to the one of saying above that: "said that A left and accused B"?"""
    above, around = verb.head, verb.head.head
    says = around.lemma_ in WORDS["saying"] and verb.lemma_ in (WORDS["saying"] | WORDS["directing"]) - {"threaten"}
    apart = verb.dep_ == "conj" and above.dep_ == "ccomp" and child(verb, *HELPING, *SUBJECTS, "mark") is None
    return apart and says and verb.tag_ == around.tag_ and around.i < verb.i


def _controller(verb: Token) -> Token | None:
    """What stands for the subject of a verb that has none: "the man who left", "X forced Y to leave", "X's plan to"."""
    above = verb.head
    if verb.dep_ in ("acl", "relcl"):
        infinitive = verb.tag_ == "VB" and child(verb, "aux") is not None
        return (infinitive and _planner(above)) or above
    if verb.dep_ == "xcomp" and above.lemma_ in WORDS["causing"]:
        return child(above, "dobj", "dative", "nsubjpass") or subject(above)
    return _charged(verb)


def _charged(verb: Token) -> Token | None:
    """Who is accused of it: "X accused Y of firing at the town, killing three", "X kept Y from leaving"."""
    loose = verb.dep_ == "advcl" and verb.tag_ == "VBG" and verb.lemma_ not in WORDS["saying"]
    above = verb.head if loose and verb.head.lemma_ in WORDS["charging"] else None
    if verb.dep_ == "pcomp" and verb.head.lower_ in ("of", "from", "as"):
        above = verb.head.head
    whom = child(above, "dobj", "nsubjpass") if above is not None else None
    return whom if whom is not None and whom.i < verb.i else None  # not in "instead of leaving, X sold it"


def _planner(noun: Token) -> Token | None:
    """Who has a plan or an ability: "X's plan to", "the ability of X to", "X has a plan to"."""
    return (
        child(noun, "poss")
        or after(noun, "of")
        or (subject(noun.head) if noun.dep_ == "dobj" and noun.head.pos_ == "VERB" else None)
    )


def at_risk(word: Token) -> Token | None:
    """The noun, itself or in its clause, by which a subject is "at risk", "under fire"; not who puts others there."""
    noun = word if word.dep_ == "pobj" else after(word, "at", "in", "under")
    if (
        noun is None
        or noun.lemma_ not in WORDS["danger"] | WORDS["onslaught"]
        or noun.head.lower_ not in ("at", "in", "under")
    ):
        return None
    return noun if child(governor(noun), "dobj") is None else None


def agent(verb: Token) -> Token | None:
    """Who does what a verb says: its subject, or after "by" in the passive."""
    if not is_passive(verb):
        return subject(verb)
    by = child(verb, "agent")
    return (by is not None and child(by, "pobj")) or None


def patient(verb: Token) -> Token | None:
    """To whom or what a verb's act is done: its object, its subject in the passive, or what "against", "on" … leads to.

    >>> from .parse import parse
    >>> doc = parse("The town was attacked by rebels who had fired on it.", [(0, 52)])
    >>> patient(doc[3]).text, patient(doc[8]).text
    ('town', 'it')
    """
    if is_passive(verb):
        return subject(verb)
    given = child(verb, "dative")  # "they fined them a billion", but not "they gave it to them"
    own = given if given is not None and given.pos_ != "ADP" else child(verb, "dobj")
    if verb.dep_ == "relcl" and (own.lower_ in RELATIVE if own else subject(verb) != verb.head):
        return verb.head  # "the town that they took"
    own = own or after(verb, *UPON)
    return (own is not None and own.lemma_ in WORDS["parts"] and after(own, "of")) or own  # "took half of the town"


def antecedents(doc: Doc, things: Container[int] = ()) -> dict[int, Token]:
    """Whom or what each pronoun of the third person stands for, where the last subjects make it plain.

    "He" and "she" are the last singular proper name that was a subject, "they" the last plural one, "it" the last name
    with an article, common noun, or name among ``things``, the tokens that name no person. None reaches back farther
    than into the sentence before. A rule of thumb after Hobbs (1978), right where a text names one such subject at a
    time.
    """
    found: dict[int, Token] = {}
    last: dict[str, tuple[int, Token]] = {}
    for number, sentence in enumerate(doc.sents):
        for token in sentence:
            kind = PRONOUNS.get(token.lower_)
            at, named = last.get(kind, (-NEAR, token))
            if token.lower_ == "what" and token.head.dep_ == "csubj" and (equated := child(token.head.head, "attr")):
                found[token.i] = equated  # "what threatens us is Iran"
            elif kind and number - at < NEAR and named.head != token.head:
                found[token.i] = named
                if token.dep_ in ("nsubj", "nsubjpass"):
                    last[kind] = number, named  # it is still the one that the text is about
            elif token.dep_ in ("nsubj", "nsubjpass") and token.pos_ in ("NOUN", "PROPN"):
                last[_pronoun(token, things)] = number, token
    return found


def _pronoun(noun: Token, things: Container[int]) -> str:
    """Which pronoun would stand for a subject; "" if none is likely to."""
    if noun.tag_ in ("NNS", "NNPS") or any(one.dep_ == "conj" for one in noun.rights):
        return "they" if noun.pos_ == "PROPN" or noun.lemma_ in WORDS["people"] else ""
    article = any(one.lower_ in ("the", "a", "an") for one in noun.lefts if one.dep_ == "det")
    return "he" if noun.pos_ == "PROPN" and not article and noun.i not in things else "it"
