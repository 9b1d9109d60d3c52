"""Files as they come from other programs: what each kind is read as, what is said of it, and what is refused."""

import json
import re
import zipfile
from email.message import EmailMessage
from itertools import zip_longest
from textwrap import fill, indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Text, TextError, formats, hedging, read, readability
from analysis.mend import mend
from analysis.text import articles

PROSE = (
    "The dam above the town was built in a dry year, and those who live below it have long been told that it is safe."
    " Nobody has looked at it since. The mayor says that she may close the road, if it should rain for another week;"
    " the farmers, whose fields lie behind the wall, think that she exaggerates, and that it is their water."
)


@pytest.fixture
def given_file(tmp_path):
    def write(data: bytes | str, name="note.txt"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


REFUSED = [
    ('[{"title": "Dam", "body": "It may break."}]', "is JSON"),
    ('{"id": 1, "text": "It may break."}\n{"id": 2, "text": "Or not."}', "is JSON"),
    ('["It may break.", "Or not."]', "is JSON"),
    ('window.posts.part0 = [{"text" : "It may break."', "is JSON"),
    ('{"metadata": {}, "nbformat": 4, "cells": []}', "is a notebook"),
    ('<?xml version="1.0"?>\n<rss version="2.0"><channel><title>Dams</title></channel></rss>', "is a news feed in XML"),
    ('<feed xmlns="http://www.w3.org/2005/Atom"><title>Dams</title></feed>', "is a news feed in XML"),
    ('<?xml version="1.0"?><!-- ours --><TEI xmlns="x"><text><u who="#IL">It may break.</u></text></TEI>', "is TEI"),
    ("<speech>\n<turn who='a'>It may break.</turn></speech>", "is XML"),
    ("id,text\n1,It may break.\n2,Or not.\n3,Who knows.", "is a table"),
    ("id\ttext\n1\tIt may break.\n2\tOr not.", "is a table"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Word.Document.8", "is an old Word document"),
    ("From ida@lind.example Mon Mar  4 09:14:00 2024\nSubject: Dam\n\nIt may break.", "is a mailbox"),
    (b"%PDF-1.4\n%%EOF", "is a PDF, damaged or locked"),
    ("\\documentclass{article}\n\\begin{document}It may break.\\end{document}", "is data or markup of another program"),
    ("TY  - JOUR\nTI  - The dam may break\nER  - ", "is data or markup of another program"),
    ("diff --git a/dam b/dam\n--- a/dam\n+++ b/dam\n@@ -1 +1 @@\n-It may break.\n+It will.", "is data or markup"),
    ("- id: 1\n  text: It may break.\n- id: 2\n  text: Or not.", "is data or markup of another program"),
    ("| Party | Seats |\n|---|---|\n| Dam | 7 |\n| Mill | 4 |\n", "is a table in Markdown"),
    ("[Script Info]\nTitle: x\n\n[Events]\nDialogue: 0,0:00:01.00,,,It may break.", "is data or markup of another"),
]


@pytest.mark.parametrize(("data", "reason"), REFUSED)
@pytest.mark.parametrize("name", ["file.txt", "file.dat"])
def test_what_is_no_prose_is_refused_whatever_it_is_called(given_file, data, reason, name):
    path = given_file(data, name)
    with pytest.raises(TextError) as refusal:
        read(path)
    assert str(refusal.value).startswith(f"{path} {reason}") and "; " in str(refusal.value)
    assert str(refusal.value).isprintable()


VERSES = ("The rain came down on the dam", "The mill stood still in the night", "The town was asleep by then")


@pytest.mark.parametrize(
    "raw",
    [
        "{Editor’s note} It may break.",
        "[Applause] It may break.",
        "“[T]he dam,” he said, “may break.”",
        "Dams, rivers\nand what may come of them, said\nthe mayor, is nobody’s concern.",
        "Received: with thanks, your letter. It may break.",
        "<unclear> It may break.",
        "5 < 6, and 7 > 6; R & D may break.",
        "From: the mayor. It may break.",
        "1. One\n\n2. Two\n\n3. Three",
        "In the talk she wrote:\n\nIt may break.",
        "A well-\nKnown dam.",
        "\n\n".join(f"part {n}\n\nyes.\n\nno.\n\nwell.\n\nperhaps." for n in (1, 2, 3)),
        "\n".join(
            f"{n}\n{answer}\nThe dam is old.\nNobody looks at it." for n, answer in enumerate(("Yes.", "No."), 1)
        ),
        "\n\n".join(f"{n}\n{line},\nAnd the water,\nAnd the wall,\nO hold us all" for n, line in enumerate(VERSES, 1)),
        "\n\n".join(
            f"{n}.\nRecalls its letters of May,\nand asks {who}\nto leave the dam" for n, who in enumerate("AB", 1)
        ),
        "\n\n".join(
            f"{n}\n\n" + "".join(f"He saw {who}.\n" for who in "ABCDEFGHIJKLMNOPQR"[n:]) + "It rained on."
            for n in (1, 2, 3)
        ),
        "# Dams\n\nOn 3 May 2024 the mayor wrote:\n\n> It may break.\n\nFew believed her.",
        "# Dams\n\nIt was late. In the end the mayor wrote:\n\n> It may break.\n\nFew believed her.",
    ],
)
def test_prose_that_looks_like_data_is_left_as_it_is(given_file, raw):
    assert read(given_file(raw)).raw == raw
    assert read(given_file(raw)).warnings == []


# --- plain text that other programs have made: as it is given, what its paragraphs should be, and what is said of it

NEIGHBOUR = "The neigh-\nbouring town is un-\nlikely to help in the short-\nterm, its coun-\ncil said to-\nday."
PAGES = """Dam Watch Institute                     Paper 7

The dam was built in a dry year, and it is not known whether it will
hold when the lake is full.1 The mayor has seen no report, and those
who live below the wall may have to leave, as they did once, when her

1 See the county’s report.

Page 1 of 2
Dam Watch Institute                     Paper 7

father was mayor. It rained for forty days.
"""
HEADS = """built in a dry year. The mayor has seen no report on whether the wall
12                        THE DAM
would hold if the lake were full. It is possible that those who live
below it know.
THE TOWN                       13
Some will have to leave, and nobody will tell them in time when
it all
14                        THE DAM
breaks. They have packed, and their children sleep in their coats, so
that they can run when the water
THE TOWN                       15
comes. It has not come yet."""
MAIL = """From: Ida Lind <ida@lind.example>
To: Jo Moss
Subject: Re: the dam
Date: 4 March 2024

I doubt it.

On Sun, 3 Mar 2024, Jo Moss <jo@moss.example>
wrote:
> It will certainly break.
>> Perhaps.
>
> Then leave.

We may stay.

--
Ida Lind, farmer
"""
BOOK = """The Project Gutenberg eBook of The Dam

Title: The Dam

Author: Jo Moss

You may copy it, give it away or re-use it.

*** START OF THE PROJECT GUTENBERG EBOOK THE DAM ***

[Illustration: A wall]

It may break.

*** END OF THE PROJECT GUTENBERG EBOOK THE DAM ***

You must not sell it."""
CLOSED = """Von: Ida Lind
Gesendet: Montag, 4. März 2024 09:14
An: Jo Moss
Betreff: AW: the dam

I doubt it. Thanks for the letter, which came in time.

Kind regards,

Ida Lind
Water Board, 12 Mill Lane

This e-mail may contain secrets. If it is not for you, you must burn it. It could be long.

> On 3 Mar 2024, at 18:02, Jo Moss <jo@moss.example> wrote:
>
> It will certainly break.
"""
PASSED = """---------- Forwarded message ---------
From: Jo Moss <jo@moss.example>
Date: 3 March 2024
Subject: the dam

It will certainly break.
"""
BROKEN = """The dam was built in a dry year, and it is not known whether it
will hold when the lake is{}full. Those who live below it have been told to leave by those who
know of{}it. They may stay."""
HALVES = [PROSE[:200].rpartition(" ")[0], PROSE[len(PROSE[:200].rpartition(" ")[0]) + 1 :]]
SIDES = [fill(half, 34).split("\n") for half in HALVES]
COLUMNS = "\n".join(f"{one:40}{two}".rstrip() for one, two in zip_longest(*SIDES, fillvalue=""))
LONG = fill(PROSE, 34).split("\n")
NARROW = fill(PROSE, 24).split("\n")[:6]
THREE = "\n".join(f"{line:24}  {line:24}  {line}" for line in NARROW)
PRINTED = """5/4/24, 9:13 AM The dam
The dam was built in a dry year, and nobody
knows whether it will hold when the lake is
full. Those who live below it were told by the
https://valley.example/2024/05/dam 1/2
5/4/24, 9:13 AM The dam
mayor that they must leave before the water
comes in spring, and that they should keep
their boots at hand. They doubt it.
It rained.
https://valley.example/2024/05/dam 2/2"""
SCANNED = f"""This is a digital copy of a book that was preserved for generations on shelves.

Search it on the web at |http://books.google.com/|

{PROSE}"""
MENDED = {
    "words divided at line ends": (
        NEIGHBOUR,
        ["The neighbouring town is unlikely to help in the short-term, its council said today."],
        "5 words divided at the end of a line read as whole.",
    ),
    "pages with a header, numbers and a footnote": (
        PAGES,
        [
            "The dam was built in a dry year, and it is not known whether it will hold when the lake is full. The mayor"
            " has seen no report, and those who live below the wall may have to leave, as they did once, when her"
            " father was mayor. It rained for forty days."
        ],
        "Left out, as no prose: 4 lines of page numbers, running headers and footnotes.",
    ),
    "headers that bear the page’s number": (
        HEADS,
        [
            "built in a dry year. The mayor has seen no report on whether the wall would hold if the lake were full. It"
            " is possible that those who live below it know.",
            "Some will have to leave, and nobody will tell them in time when it all breaks. They have packed, and their"
            " children sleep in their coats, so that they can run when the water comes. It has not come yet.",
        ],
        "Left out, as no prose: 4 lines of page numbers, running headers and footnotes.",
    ),
    "pages numbered in Roman, and notes at the end": (
        "i\nTHE DAM\nIt was built in a dry year.1 Those who live below\nit have been told by the\n\nii\nTHE DAM\n"
        "mayor that it holds.2 They doubt\n\niii\nTHE DAM\nit.\n\nNotes\n\n1. Interview, 3 May.\n2. A letter.",
        [
            "It was built in a dry year. Those who live below it have been told by the mayor that it holds. They doubt"
            " it."
        ],
        "Left out: 2 notes at the end of this text.",
    ),
    "a blank line behind every line": (fill(PROSE, 60).replace("\n", "\n\n"), [PROSE], ""),
    "more blank lines behind every line": (fill(PROSE, 60).replace("\n", "\n\n\n\n"), [PROSE], ""),
    "columns two blanks apart": (
        "\n".join(f"{one:34}  {two}" for one, two in zip(*SIDES, strict=False)),
        [" ".join(" ".join(side[: min(map(len, SIDES))]) for side in SIDES)],
        "Columns that stand side by side",
    ),
    "columns a tab apart": (
        "\n".join(map("\t".join, zip_longest(*SIDES, fillvalue=""))),
        [" ".join(" ".join(side) for side in SIDES)],
        "Columns that stand side by side",
    ),
    "three columns": (THREE, [" ".join(NARROW)] * 3, "Columns that stand side by side"),
    "a page as a browser prints it": (
        PRINTED,
        [
            "The dam was built in a dry year, and nobody knows whether it will hold when the lake is full. Those who"
            " live below it were told by the mayor that they must leave before the water comes in spring, and that they"
            " should keep their boots at hand. They doubt it.",
            "It rained.",
        ],
        "Left out, as no prose: 4 lines of page numbers",
    ),
    "a scanned book": (SCANNED, [PROSE], "Left out: what was set above this book when it was scanned."),
    "words divided by other signs": (
        "The dan¬\nger is un=\nlikely, cor\u2011\nrupt men of the Anglo-\nAmerican company say.",
        ["The danger is unlikely, corrupt men of the Anglo-American company say."],
        "4 words divided",
    ),
    "ligatures set apart": (
        "The of fi cer con fi rmed that they could fl ee. It was dif fi cult, and the lamp is o ff.",
        ["The officer confirmed that they could flee. It was difficult, and the lamp is off."],
        "Words in which ff, fi or fl stood apart",
    ),
    "entities written twice over": (
        "&amp;ldquo;It can&amp;rsquo;t break,&amp;#8221; she &lt;b&gt;said&lt;/b&gt;.",
        ["“It can’t break,” she said."],
        "2 HTML tags",
    ),
    "scripts among tags": (
        "<p>It may break.</p><style>p { margin: 0 }</style><script>if (a < b) { go(); }</script>",
        ["It may break."],
        "HTML tags",
    ),
    "two columns": (COLUMNS, [" ".join(" ".join(side) for side in SIDES)], "Columns that stand side by side"),
    "a reply": (MAIL, ["I doubt it.", "We may stay."], "Left out, as others’ words: 4 lines quoted in this e-mail."),
    "a reply without a header": (
        "I doubt it.\n\nAm 3. März 2024 um 8:02 schrieb Jo Moss:\n\n> It will break.",
        ["I doubt it."],
        "Left out, as others’ words: 1 line quoted in this e-mail.",
    ),
    "a reply above the message": (
        "From: Ida Lind\nSubject: Dam\n\nI doubt it.\n\n-----Original Message-----\nFrom: Jo\nSent: Monday\n\nRun!",
        ["I doubt it."],
        "Left out, as others’ words: 4 lines quoted in this e-mail.",
    ),
    "a reply above Outlook’s header": (
        "I doubt it.\n\nFrom: Jo <jo@moss.example>\nSent: Monday\nTo: Ida\nSubject: Dam\n\nIt will break.",
        ["I doubt it."],
        "Left out, as others’ words: 5 lines quoted in this e-mail.",
    ),
    "an old book of Project Gutenberg": (
        "The Etext\n\n*END*THE SMALL PRINT! FOR ETEXTS*END*\n\nIt may break.\n\nEnd of The Project Gutenberg Etext",
        ["It may break."],
        "Left out: the header and the licence",
    ),
    "a book of Project Gutenberg": (BOOK, ["It may break."], "Left out: the header and the licence"),
    "a reply that a German program quotes, closed and with a notice": (
        CLOSED,
        ["I doubt it. Thanks for the letter, which came in time."],
        "Left out: the signature of this e-mail.",
    ),
    "a reply above Outlook’s rule": (
        f"I doubt it.\n\nRgds\nIda\n\n{'_' * 32}\nFrom: Jo\nSent: Monday\nTo: Ida\n\nIt will break.",
        ["I doubt it."],
        "Left out, as others’ words: 5 lines quoted in this e-mail.",
    ),
    "a reply to a line that tells an address": (
        "Jo Moss <jo@moss.example> writes:\n\n> It will break.\n\nI doubt it.\n\n-- \nIda",
        ["I doubt it."],
        "Left out, as others’ words: 1 line quoted in this e-mail.",
    ),
    "a reply above a message without marks": (
        "I doubt it.\n\nIda\n\nOn Sun, Mar 3, 2024 at 8:02 PM Jo Moss <jo@moss.example> wrote:\n\nIt will break.",
        ["I doubt it.", "Ida"],
        "Left out, as others’ words: 2 lines quoted in this e-mail.",
    ),
    "an answer between quoted lines": (
        "Jo Moss wrote:\n> Will it hold?\nI doubt it.\n> And then?\nWe leave.",
        ["I doubt it.", "We leave."],
        "Left out, as others’ words: 2 lines quoted in this e-mail.",
    ),
    "a message as Gmail prints it": (
        "Ida Lind <ida@lind.example>\nMon, Mar 4, 2024 at 9:14 AM\nTo: Jo Moss <jo@moss.example>\n\nI doubt it.",
        ["I doubt it."],
        "",
    ),
    "a reply above a header of Lotus": (
        "I doubt it.\n\n\tJo Moss\n\t05/04/2001 01:07 PM\n\tTo: Ida Lind/DAM/ECT"
        "\n\tcc:  \n\tSubject: dam\n\nIt will break.",
        ["I doubt it."],
        "Left out, as others’ words: 6 lines quoted in this e-mail.",
    ),
    "a message that Lotus passed on": (
        f"I doubt it.\n\n{'-' * 9} forwarded by Ida Lind/DAM on 05/04/2001 {'-' * 9}\n\n\nJo Moss@DAM\n"
        "05/04/2001 01:07 PM\nTo:\tIda Lind/DAM@DAM\ncc:\t\nSubject:\tdam\n\nIt will break.",
        ["I doubt it."],
        "Left out, as others’ words: 7 lines quoted in this e-mail.",
    ),
    "several messages as Gmail prints them": (
        "the dam\n2 messages\n\nIda Lind <ida@lind.example>\nMon, Mar 4, 2024 at 9:14 AM\nTo: Jo <jo@moss.example>\n\n"
        "I doubt it.\n\nJo <jo@moss.example>\tMon, Mar 4, 2024 at 9:20 AM\nTo: Ida Lind <ida@lind.example>\n\nRun!",
        ["I doubt it."],
        "Left out, as others’ words: 4 lines quoted in this e-mail.",
    ),
    "a message passed on": (PASSED, ["It will certainly break."], ""),
    "two columns of unequal length": (
        "Dams\n\n" + "\n".join(f"{one:40}{two}".rstrip() for one, two in zip_longest(LONG, SIDES[0], fillvalue="")),
        ["Dams", PROSE, HALVES[0]],
        "Columns that stand side by side",
    ),
    "a book of Project Gutenberg without its beginning": (
        BOOK.partition("***\n\n")[2],
        ["It may break."],
        "Left out: the header and the licence",
    ),
    "pages whose headers differ": (
        "The dam was built in a dry year, and nobody knows whether\nit will hold when the\n\n- 3 -\n\nSPRING REPORT\n\n"
        "lake is full. Those who live below it have been told that\n\n- 4 -\n\nDAMS AND MILLS\n\nthey must leave.",
        [
            "The dam was built in a dry year, and nobody knows whether it will hold when the lake is full. Those who"
            " live below it have been told that they must leave."
        ],
        "Left out, as no prose: 4 lines of page numbers",
    ),
    **{
        f"pages numbered {kind}": (
            BROKEN.format(*ends),
            [" ".join(BROKEN.format(" ", " ").split())],
            "Left out, as no prose",
        )
        for kind, ends in {
            "“Page iv”": ("\n\nPage iv\n\n", "\n\nPage v\n\n"),
            "below a word that comes back": ("\n\nOFFICIAL\n7\n\n", "\n\nOFFICIAL\n8\n\n"),
            "with a rule above a note": (f"1\n{'_' * 20}\n1 Interview, 3 May.\n\n7\n\n", "\n\n8\n\n"),
        }.items()
    },
    "pages that are indented": (
        indent(BROKEN.format("\n\n          7\n\n", "\n\n          8\n\n"), " " * 6),
        [" ".join(BROKEN.format(" ", " ").split())],
        "Left out, as no prose: 2 lines",
    ),
    "lines of two or three words": (fill(PROSE, 24), [PROSE], ""),
    "tags": ("<p>It <b>may</b> break.</p><p>Or&nbsp;not.</p>", ["It may break.", "Or not."], "6 HTML tags"),
    "tags and remarks of an editor for web pages": (
        "<!-- wp:paragraph -->\n<p>It may break.</p>\n<!-- /wp:paragraph -->",
        ["It may break."],
        "4 HTML tags",
    ),
    "entities": ("&ldquo;It can&rsquo;t break,&#8221; she said.", ["“It can’t break,” she said."], "3 HTML entities"),
    "ligatures and soft hyphens": (
        "He de\ufb01nitely, per\xadhaps, l\u200beft.",
        ["He definitely, perhaps, left."],
        "",
    ),
}


@pytest.mark.parametrize("name", MENDED)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_what_other_programs_did_to_a_text_is_mended_and_said(given_file, name, line_break):
    raw, paragraphs, said = MENDED[name]
    found = read(given_file(raw.replace("\n", line_break)))
    assert [" ".join(found.raw[slice(*span)].split()) for span in found.paragraphs] == paragraphs
    assert any(said in warning for warning in found.warnings) or not said
    assert [*found.sentences.text] == [found.raw[a:b] for a, b in found.bounds]


def test_what_is_left_out_tells_of_the_text(given_file):
    assert read(given_file(MAIL)).meta == {"title": "Re: the dam", "date": "4 March 2024", "author": "Ida Lind"}
    told = {"title": "AW: the dam", "date": "Montag, 4. März 2024 09:14", "author": "Ida Lind"}
    assert read(given_file(CLOSED)).meta == told and read(given_file(PASSED)).meta["author"] == "Jo Moss"
    assert read(given_file(BOOK)).meta == {"title": "The Dam", "author": "Jo Moss"}
    forwarded = read(given_file("From: Ida Lind\nSubject: Fwd\n\n> It may break.\n> Run."))
    assert forwarded.raw == "It may break.\nRun."


@pytest.mark.parametrize(
    "part",
    ["$ cat dam{}/wall.txt\nno such file\n", "def dam_{}(wall):\n    if wall:\n        raise Flood\n    return it\n"],
)
def test_what_comes_back_with_another_number_is_no_page(given_file, part):
    raw = "".join(map(part.format, range(20)))
    assert read(given_file(raw)).raw == raw


def test_a_footnote_above_a_header_does_not_hide_the_end_of_a_page(given_file):
    lines, heads = fill(f"{PROSE} " * 9, 60).split("\n"), ("{}  Dam Watch 7", "LIND: The Wall  {}")
    raw = ""
    for page in range(4):
        own = lines[page * 14 : page * 14 + 14]
        own[3] = own[3] + f".{page + 1}"
        note = f"{page + 1} County report, {page + 3} May 2024, p. {page + 9}."
        raw += "\n".join([heads[page % 2].format(40 + page), *own, note, ""])
    found = read(given_file(raw))
    assert not re.search("Dam Watch|LIND|County report", found.raw)
    assert "Left out, as no prose: 8 lines of page numbers" in found.warnings[0]


@given(st.lists(st.sampled_from([*PAGES.split(" "), *MAIL.split("\n"), "\f", "\r\n", "12\n", "-\n", "   ", "> ", "a"])))
def test_mending_never_fails(pieces):
    raw, meta, said = mend("".join(pieces))
    assert isinstance(raw, str) and all(isinstance(note, str) for note in said) and isinstance(meta, dict)


def test_marks_of_an_old_mac_are_known(given_file):
    found = read(given_file("“It may break,” she said. It’s late.".encode("mac_roman")))
    assert found.raw == "“It may break,” she said. It’s late." and "read as mac_roman" in found.warnings[0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read_with_its_mark_or_without(given_file, encoding):
    assert read(given_file("The café may close, “at once”.".encode(encoding))).raw == "The café may close, “at once”."
    cut = read(given_file("It may close.".encode(encoding)[:-1]))
    assert cut.raw == "It may close\ufffd" and "in UTF-16 but for 1 place" in cut.warnings[0]
    with pytest.raises(TextError, match="is JSON"):
        read(given_file('{"text": "It may close."}'.encode(encoding)))


# --- what archives export

LEXIS = """
                               1 of 2 DOCUMENTS

                              The Valley Post

                            May 2, 2024 Thursday

Mayor: the dam may break

BYLINE: By Ida Lind

LENGTH: 12 words

The mayor said that the dam may break.

She was calm.

LOAD-DATE: May 3, 2024

LANGUAGE: ENGLISH

                               2 of 2 DOCUMENTS

                              The Hill Echo

                            May 3, 2024 Friday

Mayor: the dam may break

LENGTH: 5 words

Nobody was calm.

LOAD-DATE: May 4, 2024

LANGUAGE: ENGLISH
"""
NEXIS = """Mayor: the dam may break
The Valley Post
May 2, 2024 Thursday

Copyright 2024 The Valley Post All Rights Reserved

Section: NEWS; Pg. 1
Length: 12 words
Byline: Ida Lind
Body

The mayor said that the dam may break.

She was calm.

Load-Date: May 3, 2024

End of Document
"""
FACTIVA = """SE
News
HD
Mayor: the dam may break
BY
By Ida Lind
WC
12 words
PD
2 May 2024
SN
The Valley Post
LP

The mayor said that the dam may break.

TD

She was calm.

NS
gdam : Dams
AN
Document VALP000020240502ek5200012
"""
WIDE = """HD               Mayor: the dam may break
BY               By Ida Lind
WC               12 words
PD               2 May 2024
SN               The Valley Post
LP               The mayor said that the dam may break.

TD               She was calm.
AN               Document VALP000020240502ek5200012
"""
UNLABELLED = """Mayor: the dam may break
By Ida Lind
12 words
2 May 2024
09:30
The Valley Post
VALP
English
(c) 2024 The Valley Post

The mayor said that the dam may break.

She was calm.

Document VALP000020240502ek5200012
"""
PROQUEST = """____________________________________________________________

Document 1 of 1

Mayor: the dam may break

Author: Ida Lind

Abstract: A dam may break.

Full text: The mayor said that the dam may break.

She was calm.

Subject: Dams; Mayors

Publication title: The Valley Post

Publication date: 2 May 2024
"""


SHOUTED = PROQUEST.replace("Full text: ", "FULL TEXT\n\n").replace("Abstract: ", "ABSTRACT\n\n")
TWICE = "Page 1 of 2\n\nMayor: the dam may break\n\n" + NEXIS.replace("Load-Date", "Classification\n\nLoad-Date")


LISTED = f"User Name: ilind\nDocuments (2)\n1. Mayor: the dam may break\n2. Farmers leave in 2024\n\n{NEXIS}"
GAPS = WIDE.replace("LP               ", "LP      \n").replace("TD               ", "TD      \n")
UNDER = f"NEWS\n{UNLABELLED}".replace("\n\nDocument", "\n\nValley Press\n\nDocument")
BODY = NEXIS.replace("Body\n", " BODY:").replace("\nLoad", "\nURL: http://post.example\n\nLoad")
SEARCHED = (
    f"{UNLABELLED.replace('VALP00', 'V00000')}\nSearch Summary\nText\ndam\n© 2024 Factiva, Inc. All rights reserved."
)
IN_A_LINE = """Mayor: the dam may break

The Valley Post, 09:30, 2 May 2024, 12 words, By Ida Lind, (English)

The mayor said that the dam may break.

She was calm.

Document V0000000020240502ek5200012

© 2024 Factiva, Inc. All rights reserved.
"""
EBSCO = """Title:
Mayor: the dam may break
Authors:
Ida Lind
Source:
The Valley Post. 5/2/2024, Vol. 7 Issue 12, p4.
Accession Number:
175000001
Full Text:

The mayor said that the dam may break.

She was calm.

~~~~~~~~
By Ida Lind

Copyright of The Valley Post is the property of its owners.
"""
GALE = """Gale OneFile
Title: Mayor: the dam may break
Author(s): Ida Lind
Source: The Valley Post. (May 2, 2024): News: p4.
Full Text:
The mayor said that the dam may break.

She was calm.

Lind, Ida
Source Citation (MLA 9th Edition)
Lind, Ida. "Mayor: the dam may break." The Valley Post, 2 May 2024, p. 4.
Gale Document Number: GALE|A1
"""
NEWSBANK = """Mayor: the dam may break

May 2, 2024 | The Valley Post
Author/Byline: Ida Lind | Section: Local | Page: A4
Readability: 10-12 grade level (Lexile: 1210)

The mayor said that the dam may break.

She was calm.

Record: 1A2B3C
Copyright: Copyright, 2024, The Valley Post.
"""
LINKED = SHOUTED.replace("\n\nAuthor", "\nThe Valley Post. 2 May 2024: 4.\nProQuest document link\n\nAuthor").replace(
    "ACT", "ACT (ENGLISH)"
)
NUMBERED = PROQUEST.replace("Document 1 of 1\n\n", "1. ")


@pytest.mark.parametrize(
    "raw",
    [
        *(
            NEXIS,
            TWICE,
            LISTED,
            BODY,
            FACTIVA,
            WIDE,
            GAPS,
            UNLABELLED,
            UNDER,
            SEARCHED,
            IN_A_LINE,
            EBSCO,
            GALE,
            NEWSBANK,
        ),
        *(PROQUEST, SHOUTED, NUMBERED, LINKED),
    ],
)
def test_an_exported_article_is_its_prose_and_its_fields_are_told(given_file, raw):
    found = read(given_file(raw))
    assert found.raw == "The mayor said that the dam may break.\n\nShe was calm."
    assert found.meta.pop("date") in ("2 May 2024", "May 2, 2024 Thursday", "5/2/2024", "May 2, 2024")
    assert found.meta == {"title": "Mayor: the dam may break", "author": "Ida Lind", "outlet": "The Valley Post"}
    assert "An export of " in found.warnings[0] and ": its fields were left out, or became" in found.warnings[0]
    assert {voice.voice for voice in found.passages} == {"narrator"}


def test_several_exported_articles_are_told_and_each_is_a_text(given_file):
    path = given_file(LEXIS)
    whole, (one, two) = read(path), articles(path)
    assert whole.raw == f"{one.raw}\n\n{two.raw}" and two.raw == "Nobody was calm."
    assert (one.meta["author"], two.meta["outlet"], two.name) == ("Ida Lind", "The Hill Echo", "note 2")
    assert whole.meta == {"outlet": ["The Hill Echo", "The Valley Post"]}
    assert "2 articles stand in this file" in whole.warnings[1]
    assert "More than one article bears the title “Mayor: the dam may break”" in whole.warnings[2]


@pytest.mark.parametrize(("gap", "last"), [("\t", "AN\t"), ("   ", "AN\n\n"), ("\t", "AN\n"), (" ", "AN ")])
def test_articles_of_factiva_are_told_apart_whatever_divides_label_and_field(given_file, gap, last):
    wide = re.sub(r"(?m)^([A-Z]{2}) +", rf"\1{gap}", WIDE).replace(f"AN{gap}", last)
    found = articles(given_file(f"{wide}\n{wide.replace('She', 'He').replace('2405', '2406')}"))
    assert [text.raw.partition("\n\n")[2] for text in found] == ["She was calm.", "He was calm."]


def test_articles_without_a_title_or_an_outlet_share_none(given_file):
    article = "Author: Ida Lind\n\nFull text: It may {}.\n\nSubject: Dams\n\n"
    parts = [f"{'_' * 60}\n\n{article.format(verb)}" for verb in ("break", "hold")]
    found = read(given_file("".join(parts)))
    assert found.raw == "It may break.\n\nIt may hold." and found.meta == {"outlet": []}
    assert not any("bears the title" in said for said in found.warnings)


def test_an_outlet_above_the_date_is_no_title(given_file):
    left = "\n".join(line.strip() for line in LEXIS.splitlines())
    assert [(text.meta["title"], text.meta["outlet"]) for text in articles(given_file(left))] == [
        ("Mayor: the dam may break", "The Valley Post"),
        ("Mayor: the dam may break", "The Hill Echo"),
    ]


def test_the_same_article_twice_is_told(given_file):
    path = given_file(f"{NEXIS}\n{NEXIS.replace('Valley Post', 'Hill Echo').replace('may break.', 'may  break.')}")
    same = "Article 2 of this file has the same words as article 1."
    assert same in read(path).warnings
    assert [same in text.warnings for text in articles(path)] == [False, True]


# --- documents

RICH = rb"{\rtf1\ansi\ansicpg1252{\info{\title Dams}}{\fonttbl{\f0 A;}}\f0 \'93It can\'92t,\'94 she said.\par Or\~not.}"


@pytest.mark.parametrize("name", ["speech.rtf", "speech.txt", "speech.doc"])
def test_rich_text_is_read_whatever_it_is_called(given_file, name):
    pytest.importorskip("striprtf")
    found = read(given_file(RICH, name))
    assert (found.raw, found.meta) == ("“It can’t,” she said.\nOr\xa0not.", {"title": "Dams"})


def test_rich_text_of_a_mac(given_file):
    pytest.importorskip("striprtf")
    mac = rb"{\rtf1\mac\ansicpg10000\cocoartf2639{\fonttbl\f0 A;}\f0 \'d2It can\'d5t,\'d3 she said." + b"\\\nOr not.}"
    assert read(given_file(mac, "speech.rtf")).raw == "“It can’t,” she said.\nOr not."


def test_what_is_hidden_or_deleted_in_rich_text_is_told(given_file):
    pytest.importorskip("striprtf")
    gone = rb"{\rtlch\f0 \v\insrsid12 It is a secret. }{\deleted\revauth1 Or a lie. }\v Nobody knows.\v0 "
    found = read(given_file(RICH.replace(b"Or", gone + b"Or")))
    assert found.raw == "“It can’t,” she said.\nOr\xa0not."
    assert found.warnings[0] == "Left out of this document: 3 hidden or deleted passages."


def test_of_a_link_in_rich_text_the_words_are_read(given_file):
    pytest.importorskip("striprtf")
    link = rb'{\field{\*\fldinst{HYPERLINK "https://dam.example"}}{\fldrslt the county}}'
    assert read(given_file(RICH.replace(b"she", link))).raw.startswith("“It can’t,” the county said.")


def test_a_pdf_gives_its_words_without_what_stands_on_every_page(tmp_path):
    pytest.importorskip("pdfminer")
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    with PdfPages(tmp_path / "paper.pdf") as pdf:
        for number, part in zip((7, 8), HALVES, strict=True):
            page = Figure(figsize=(6, 8))
            for height, words in ((0.95, "Dam Watch Institute"), (0.05, str(number)), (0.7, fill(part, 60))):
                page.text(0.1, height, words, fontsize=9)
            pdf.savefig(page)
    found = read(tmp_path / "paper.pdf")
    assert " ".join(found.raw.split()) == PROSE
    assert any("PDF" in said for said in found.warnings) and any("4 lines of page" in said for said in found.warnings)


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_an_e_mail_is_read_as_its_writer_s_words(given_file, kind):
    pytest.importorskip("trafilatura")
    message = EmailMessage()
    message["From"], message["Subject"] = "Ida Lind <ida@lind.example>", "The dam – again"
    message.set_content("It may break, señor.\n" if kind == "plain" else "<p>It may break, señor.</p>", kind, "latin-1")
    message.add_attachment(b"\0" * 99, "image", "png", filename="dam.png")
    found = read(given_file(message.as_bytes(), "mail.eml"))
    assert found.raw == "It may break, señor."
    assert found.meta == {"title": "The dam – again", "author": "Ida Lind"}
    assert found.warnings == ["Left out: 1 file attached to this e-mail."]


def test_what_is_quoted_in_an_e_mail_in_html_is_left_out(given_file):
    message = EmailMessage()
    message["From"], message["Message-ID"] = "Ida Lind <ida@lind.example>", "<1@lind.example>"
    quoted = "<div>On Sun, 3 Mar 2024, Jo Moss wrote:<blockquote>It will break.</blockquote></div>"
    message.set_content(f"<html><body><div>I doubt it.</div><div>We may stay.</div>{quoted}</body></html>", "html")
    found = read(given_file(message.as_bytes(), "mail.eml"))
    assert found.raw.split() == "I doubt it. We may stay.".split()
    assert found.warnings == ["Left out, as others’ words: 2 lines quoted in this e-mail."]


def test_what_a_program_heard_is_read_from_json(given_file):
    parts = [{"text": " Will it", "speaker": "A_0"}, {"text": " hold?", "speaker": "A_0"}, {"text": "No.", "start": 2}]
    assert read(given_file(json.dumps({"segments": parts}))).raw == "A_0: Will it hold? No."
    heard = [{"speaker": "A", "text": "Will it hold?"}, {"speaker": "B", "text": "No."}]
    assert read(given_file(json.dumps({"utterances": heard}))).raw == ">> A: Will it hold?\n>> B: No."
    assert read(given_file(json.dumps({"transcription": [{"text": " Will it"}, *parts[2:]]}))).raw == "Will it No."


def test_a_page_saved_as_one_file_is_a_page(given_file):
    pytest.importorskip("trafilatura")
    page = EmailMessage()
    page["Snapshot-Content-Location"], page["Subject"] = "https://valley.example/dam", "Dams"
    page.set_content(f"<html><body><nav>Home</nav><article><p>{PROSE}</p></article></body></html>", "html")
    page.make_related()
    page.add_related(b"\0", "image", "png")
    found = read(given_file(page.as_bytes(), "dam.mhtml"))
    assert (found.raw, found.meta["source"]) == (PROSE, "https://valley.example/dam")


PAGE = "<html><head><title>Dams</title>{}</head><body>{}</body></html>"
TOLD = '<script type="application/ld+json">{"@graph": [{"articleBody": "It may break.\\nShe said \\"no\\"."}]}</script>'
DATA = '<div id=__next><header>Post</header></div><script type="application/json">{}</script>'
BODY = json.dumps({"props": {"article": {"articleBody": f"<p>{PROSE}</p><p>She said no.</p>"}}})
ITEMS = "<ul><li>The road may have to be closed for a week.</li><li>The fields would be under water.</li></ul>"
PAID = "<div><p>To read the full story, log in or join. Already a member? You may cancel.</p></div>"
NOTICE = "<p>Subscribe now to keep reading. You may cancel.</p>"


@pytest.mark.parametrize(
    ("page", "lines", "said"),
    [
        (PAGE.format(TOLD, "<noscript>Enable JavaScript.</noscript>"), ["It may break.", 'She said "no".'], ""),
        (PAGE.format("", DATA.format(BODY)), [PROSE, "She said no."], ""),
        (PAGE.format(f"<script>window.__STATE__ = {BODY}</script>", "<div id=app></div>"), [PROSE, "She said no."], ""),
        (PAGE.format("", f"<p>Loading…</p>{DATA.format(BODY.replace('articleBody', 'html'))}"), [PROSE], ""),
        (PAGE.format("", f"<p>{PROSE}</p>{ITEMS}<p>{PROSE}</p>"), ["- The fields would be under water."], ""),
        (
            PAGE.format("", f"<div><p>{PROSE}</p>{ITEMS}<p>{PROSE}</p></div>"),
            ["- The fields would be under water."],
            "",
        ),
        (PAGE.format("", f"<article><p>{PROSE}</p>{NOTICE}</article>"), [PROSE], "Left out: a notice to subscribers"),
        (PAGE.format("", f"<article><p>{PROSE}</p>{PAID}</article>"), [PROSE], "Left out: a notice to subscribers"),
    ],
)
def test_a_saved_page_of_another_make(given_file, page, lines, said):
    pytest.importorskip("trafilatura")
    for name in ("page.html", "page.txt"):
        found = read(given_file(page, name))
        assert [line for line in found.raw.split("\n") if line in lines] == lines
        assert "cancel" not in found.raw and any(said in warning for warning in found.warnings or [""])


def test_a_page_of_several_stories_is_told(given_file):
    pytest.importorskip("trafilatura")
    story = "<li><h3><a href=/{0}>Dam {0} may break</a></h3><p>The mayor of dam {0} says that it will hold.</p></li>"
    found = read(given_file(PAGE.format("", f"<h1>Dams</h1><ul>{''.join(map(story.format, range(5)))}</ul>")))
    assert "This page lists 5 stories" in found.warnings[0]
    more = f"<article><p>{PROSE}</p></article><h2><a href=/>More</a></h2>{''.join(map(story.format, range(5)))}"
    assert read(given_file(PAGE.format("", more))).warnings == []


def test_the_year_of_a_copyright_is_no_date(given_file):
    pytest.importorskip("trafilatura")
    found = read(
        given_file(PAGE.format("", f"<article><p>{PROSE}</p></article><footer>© 2024 Post</footer>"), "a.html")
    )
    assert found.raw == PROSE and not found.meta.get("date")


@pytest.mark.parametrize(
    "page",
    [
        PAGE.format("", "<div id=root></div><noscript>You need to enable JavaScript to run this.</noscript>"),
        PAGE.format("", DATA.format(json.dumps({"blocks": [{"type": "p", "content": PROSE}]}))),
        PAGE.format("", '<div id=app><p>Loading… Please wait.</p></div><script src="/a.js"></script>'),
        PAGE.format(f"<script>window.__STATE__ = {json.dumps([PROSE])}</script>", "<div id=app></div>"),
        PAGE.format(TOLD, "").partition("She said")[0],  # cut short
    ],
)
def test_a_page_that_a_script_would_draw_is_refused(given_file, page):
    pytest.importorskip("trafilatura")
    with pytest.raises(TextError, match="is a page that a script draws"):
        read(given_file(page, "page.html"))


def test_what_is_left_out_of_a_word_document_is_told(tmp_path):
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph("It may break.").add_run(" Delete this.").font.hidden = True
    note = f'<w:r {docx.oxml.ns.nsdecls("w")}><w:footnoteReference w:id="2"/></w:r>'
    document.paragraphs[0]._p.append(docx.oxml.parse_xml(note))
    document.save(tmp_path / "dam.docx")
    (tmp_path / "dam.docx").rename(tmp_path / "dam.txt")  # it is what it holds
    found = read(tmp_path / "dam.txt")
    assert found.raw == "It may break."
    assert found.warnings == ["Left out of this Word document: 1 footnote, 1 hidden passage."]


def test_a_table_of_numbers_speakers_and_words_is_a_transcript(tmp_path):
    docx = pytest.importorskip("docx")
    rows = [("1", "MOD", "Will it hold?"), ("2", "IL", "I think so."), ("3", "MOD", "And if not?"), ("4", "JM", "Run.")]
    document = docx.Document()
    table = document.add_table(rows=5, cols=3)
    for row, cells in zip(table.rows, [("Timecode", "Speaker", "Dialogue"), *rows], strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    document.save(tmp_path / "talk.docx")
    found = read(tmp_path / "talk.docx").sentences
    assert [*zip(found.voice, found.text, strict=True)] == [row[1:] for row in rows]


def test_a_zip_bomb_is_refused(tmp_path, monkeypatch):
    pytest.importorskip("docx")
    monkeypatch.setattr(formats, "LARGEST", 1000)
    with zipfile.ZipFile(tmp_path / "dam.docx", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", " " * 1001)
    with pytest.raises(TextError, match="is not a whole Word document, or a very large one"):
        read(tmp_path / "dam.docx")


# --- doubts about how a text is written

SPOKEN = "so we think that the dam may break and nobody knows when "


def test_where_no_sentence_ends_there_is_no_figure():
    found = Text(SPOKEN * 12)
    assert "Hardly a full stop in 144 words: where sentences end is not known" in found.warnings[0]
    assert readability.measure(found).drop(columns=["group", "words", "sentences", "warning"]).isna().all(axis=None)
    assert readability.measure(found).warning[0] == "hardly a full stop"
    assert not readability.measure(Text(PROSE)).isna().all(axis=None)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (PROSE.upper(), "This is written in capitals"),
        (PROSE.lower(), "This is written in lower case"),
        ("def dam(wall):\n    return [stone for stone in wall if stone._lies['deep']]\n" * 5, "looks like code"),
    ],
)
def test_how_a_text_is_written_is_said(raw, said):
    assert any(said in warning for warning in Text(raw).warnings)


LOG = "\n".join(
    f"2024-03-{n:02} 04:{n} INFO Gate {n} opened. The lake may rise. Danger at the wall." for n in range(1, 9)
)
WORKS = """Arp, T. (1998). Dams of the northern valleys. Lenz University Press.
Brandt, I., & Moss, J. (2004). Water, fear and the law. Journal of River Studies, 7(2), 11–39.
Lind, I. (2019). The wall above the town. In P. Hale (Ed.), Danger and duty (pp. 70–95). Mill Books.
"""
CARD = """THE MILL
Trout with almonds 14.00
Soup of the day, bread 5.00
Goose with red cabbage and dumplings 19.50
Pears in wine 6.00
Coffee from the roastery next door 3.20
"""
DAY = """09:00 Registration and coffee
09:30 Opening: Minister Ida Lind
10:00 War and water in the upper valley
11:00 Break
11:15 The fear of floods: a panel
12:30 Lunch on the terrace
14:00 Visit to the dam, with a guide
"""
COPIED = f"Skip to main content\nSign in\n\nThe dam\n3 min read\n\n{PROSE}\n\nAdvertisement\n\n{PROSE}\n\n© 2024 Post"
WALLED = f"{PROSE}\n\n{PROSE}\n\nThis is a members-only story. You have one of two free stories left."
SCAN = (
    "Tbe rnayor 0f tlie tovvn vvarned tbat tlie darn rnight hreak. He askecl tlie farrners t0 leave tlieir honses. "
    "N0hody kncw wben tlie watcr w0uld corne. Tbe bridge hacl gone alreacly. It rainecl f0r a wcek. Tbcy prayecl."
)
ADS = "dam.example\n\nPlease enable JS and disable any ad blocker"
SMUDGED = (
    "The rnayor said on Monday that nohody knew whether the darn would hold the watcr, and that he might leave the "
    "village before the bridge was gone. She thought him a coward, and told the fanners that they could stay."
)
STYLE = """.dam, .danger > p {
  color: #c00;
  margin: 0;
}
.mill, .lake, .village { color: red; }
@media (max-width: 90px) {
  .wall { display: none; }
}"""
LOOP = "def warn(wall):\n    for stone in wall.split():\n        if stone in danger:\n            maybe.append(stone)\n"
GATES = "\n".join(
    f"May  3 04:{n}:07 lenz {said}"
    for n, said in enumerate(("gate may fail", "lamp is out", "all well", "no power"), 11)
)
DISHES = """Starters
Trout, which our cook smokes himself 8.50
Soup of what there may be 6.00
Mussels as we like them 9.00
Mains
Goose that has been hung 18.50
Pie, as your mother would bake it 17.00
We ask for a tenth on top."""
HALL = "404. The page you are looking for was moved, or may never have been here. Try the search, or go back home."


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (LOG, "This does not read like running prose: most of its lines differ only in numbers"),
        ("\n".join(f"{n:<9}{3 * n:<9}{99 - n}" for n in range(30)), "most of its lines differ only in numbers"),
        (WORKS, "This does not read like running prose: most of its lines are references"),
        (SMUDGED, "many of its words are none"),
        (STYLE, "many of its lines are code or settings"),
        (f"{LOOP}    return maybe", "many of its lines are code or settings"),
        (GATES, "begin with a date and a time, as in a log"),
        (DISHES, "end in a price, as in a menu or a bill"),
        ("VGhlIGRhbSBtYXkgYnJlYWs" * 8, "Its words are so long"),
        (PROSE.replace(" ", "")[:200], "Its words are so long"),
        (f"{PROSE}\n\nThis post is for paid subscribers", "behind a notice to subscribers"),
        (f"{PROSE}\n\nThis content is available to members only.", "behind a notice to subscribers"),
        ("so " + SPOKEN * 4, "Hardly a full stop in 49 words"),
        (SCAN, "many of its words are none, as in dialect or in a page misread by a scanner"),
        ("Access Denied\n\nYou have no permission to access this page.", "a notice of a website, and no article"),
        ("Abandon. Abuse. Alarm. Anger. Attack. Ban. Blame. " * 4, "hardly a sentence has a verb"),
        (CARD, "end in a price, as in a menu or a bill"),
        (DAY, "hardly a sentence has a verb"),
        (COPIED, "Lines of a web page stand in this text and are read as its own, first “Skip to main content”"),
        (WALLED, "The article may go on behind a notice to subscribers: “This is a members-only story"),
        (ADS, "This looks like a notice of a website, and no article: “enable JS”"),
        (HALL, "This looks like a notice of a website, and no article: “page you are looking for”"),
    ],
)
def test_what_is_no_article_is_said(raw, said):
    assert any(said in warning for warning in Text(raw).warnings)


@pytest.mark.parametrize(
    "raw",
    [
        "The mayor left. Water rose. Farmers fled the valley, cattle drowned, and the mill burned. Nothing stirred. "
        * 2,
        "Dam breaks above town\nMayor blames rain\nFarmers sue county\nMill owner flees\nMinister visits valley\n" * 3,
        "\n".join(f"The wall of stone, the wall of clay,\nHold fast, hold fast!\n{line}." for line in VERSES),
        "\n".join(
            f"For the {who}, we pray.\nLord, have mercy." for who in ("town below", "mill", "lake", "wall", "dead")
        ),
        "Hold, wall, hold fast;\nThe rain is on the hill;\nThe mill is dark; and we,\nWho saw it all:\n"
        "What shall we say;\nIf it be so:\nAnd who return\n",
        "The board met at 19:00 and agreed:\n- to lower the lake by a metre;\n- to pay the farmers €5,000;\n"
        "- to write to the mayor;\n- to meet again on 3 May.",
        "2 trout of 300 g\n1.5 l of water\nSalt\n\nBoil the water (with salt), then add the trout. Serve it for £4.50.",
        "Frau Strohschneider-Quandt and Herr Oberhuber, of Niederwürzbach, met Jörg Zwetschgenbaum in Schladming.",
        "Q: Will the dam hold?\nA: It may (if it is mended).\nQ: And if not?\nA: Then we leave; all of us.\nQ: When?\n"
        "A: At 9:30.",
        "Boil the trout. Peel the pears, and add them. Stir. Serve it hot, with bread. Drink plenty of water with it. "
        * 2,
        f"The paper asks its readers to subscribe now. {PROSE} {PROSE} {PROSE}",
        "Who owns the page? We value your privacy, says the mayor, who reads our letters. " + PROSE * 3,
    ],
)
def test_terse_or_solemn_prose_is_not_taken_for_a_list(raw):
    assert not any("running prose" in it or "web" in it or "subscribers" in it for it in Text(raw).warnings)


def test_of_ordinary_prose_nothing_is_said():
    assert Text(PROSE).warnings == [] and Text("NO DAM! WE SAY.").warnings == Text("it may break.").warnings == []


def test_there_is_no_cue_in_an_address_nor_many_words():
    addresses = (
        r"C:\Users\may\maybe.docx /srv/may/likely.txt file://dam/may/x r/maybe u/possibly doi:10.1/may @a@may.example "
        "https://dam.example/perhaps/may?x=possible may@dam.example @maybe_ida www.likely.example dam.example/may"
    )
    plain, full = (
        Text("We left (here) in time."),
        Text(f'We left [here](https://x.example/a_(may) "Perhaps") {addresses} in time.'),
    )
    assert [*plain.tokens[0]] == [*full.tokens[0]]
    assert hedging.find(full).cue.tolist() == hedging.find(plain).cue.tolist()
    assert readability.formulas(full.raw) == readability.formulas(plain.raw)


def test_a_word_is_found_with_a_soft_hyphen_a_ligature_or_in_capitals():
    found = hedging.find(Text("It is pos\xadsible; he de\ufb01nitely left. They MAY leave in May."))
    assert found.cue.tolist() == ["pos\xadsible", "de\ufb01nitely", "MAY"]
