"""Reading files of every kind, what is said about doubtful ones, and tables that are slices of the text."""

import pickle
import sys

import pytest
from hypothesis import given

from analysis import Text, TextError, formats, read

from .texts import TEXTS

PLAIN = "The minister’s “plan” failed – the café was empty.\r\nThat was\rall."
RUSSIAN = "Министр заявил, что правительство не намерено вмешиваться. «Это важно», — сказал эксперт."
GERMAN = (
    "Der Minister sagte am Montag, dass die Regierung nicht vorhabe, in den Streit um den Hafen einzugreifen, obwohl"
    " die Opposition seit Wochen eine Untersuchung fordert. Niemand weiß, wie es nun weitergehen soll."
)


@pytest.fixture
def file(tmp_path):
    def write(data: bytes | str, name="note.txt"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_encoding_that_says_so_itself(file, encoding):
    found = read(file(PLAIN.encode(encoding)))
    assert (found.raw, found.warnings) == (PLAIN, [])  # line breaks and all, without a byte order mark
    assert read(file(b"\xfe\xff" + PLAIN.encode("utf-16-be"))).raw == PLAIN


def test_an_old_page_is_guessed(file):
    found = read(file(PLAIN.encode("cp1252")))
    assert found.raw == PLAIN
    assert found.warnings == ["The file is not in UTF-8; it was read as cp1252, which is a guess."]


def test_an_old_page_of_a_few_words_is_not_taken_for_cyrillic(file):
    for raw in ("Mr. Müller left São Paulo.", "He paid £30.", "Müller said.", "The café", "“Hi,” he said."):
        assert read(file(raw.encode("cp1252"))).raw == raw


@pytest.mark.parametrize(
    ("data", "places"),
    [
        (PLAIN.encode() + b"\xe2\x80", "1 place"),
        (PLAIN.encode() + b" It\x92s over.", "1 place"),
        (PLAIN.encode() * 9 + b" \xff and \xfe", "2 places"),
    ],
)
def test_a_damaged_file_is_read_with_its_gaps(file, data, places):
    found = read(file(data))
    assert found.raw == data.decode(errors="replace")
    assert found.warnings[0] == (
        f"The file is in UTF-8 but for {places}, read as “\ufffd”; it may be damaged or cut short."
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\xc2\xa0", "is empty"),
        (b"--- !!! ...", "is empty: there are no words"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not text"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "is not text"),
        (b"%PDF-1.7\n1 0 obj", "is a PDF"),
        (b"PK\3\4\x14\0", "is a zip archive"),
        (b"We\0 may\0 leave the town on Monday\0, he said.", "is not text"),
        (b"We\0 may\0 leave", "is not text"),
        (bytes(range(256)) * 20, "is not text"),
        (b"\xff\xfeW\0" + b"\0\xd8" * 9, "is not text"),
    ],
)
def test_a_file_without_text_is_refused_in_one_line(file, data, reason):
    path = file(data)
    with pytest.raises(TextError) as refusal:
        read(path)
    assert str(refusal.value).startswith(f"{path} {reason}")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(("ending", "reason"), [("html", "is empty"), ("docx", "is not a whole Word document")])
def test_an_image_by_another_name_is_refused(file, ending, reason):
    with pytest.raises(TextError, match=reason):
        read(file(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", f"picture.{ending}"))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "is a folder"),
        ("missing.txt", "cannot be read: No such file"),
        ("missing\nname.txt", "cannot be read: No such file"),
        ("x" * 300, "cannot be read: File name too long"),
        ("nul\0.txt", "cannot be read"),
        ("note.txt/inside.txt", "cannot be read"),
    ],
)
def test_a_path_without_a_file_is_refused_in_one_line(file, tmp_path, name, reason):
    file("Text.")
    with pytest.raises(TextError, match=reason) as refusal:
        read(tmp_path / name if name else tmp_path)
    assert str(refusal.value).isprintable()


def test_devices_and_forbidden_files_are_refused(file, monkeypatch):
    with pytest.raises(TextError, match="is not an ordinary file"):
        read("/dev/zero")

    def forbid(path):
        raise PermissionError(13, "Permission denied")

    path = file("Text.")
    monkeypatch.setattr(formats.Path, "read_bytes", forbid)
    with pytest.raises(TextError, match="cannot be read: Permission denied; check its name and permissions"):
        read(path)


def test_front_matter_becomes_meta(file):
    front = 'title: "Sea: a view"\n# ours\nSpeakers: Ida Lind, Jo Moss\ntags:\n- a\n- b'
    found = read(file(f"---\n{front}\n---\r\n\r\nText.", "a.md"))
    assert found.raw == "Text."
    assert found.meta == {"title": "Sea: a view", "speakers": ["Ida Lind", "Jo Moss"], "tags": ["a", "b"]}


@pytest.mark.parametrize(
    "raw",
    [
        "---\nHe left. She stayed.\n---\nText.",
        "---\ntitle: T\nText.",
        "--- title: T ---",
        "---\n- a\n---\nB",
        "---\n---\nB",
    ],
)
def test_a_rule_is_not_front_matter(file, raw):
    found = read(file(raw))
    assert (found.raw, found.meta) == (raw, {})


def test_a_card_beside_the_file_becomes_meta(file):
    path = file("---\ntitle: Above\noutlet: The Post\n---\nText.")
    file("title: Beside\nspeakers: [Ida Lind]\n", "note.meta.yaml")
    assert read(path).meta == {"title": "Beside", "outlet": "The Post", "speakers": ["Ida Lind"]}
    file("\ufeff---\ntitle: Beside\n---\n", "note.meta.yaml")  # as some editors save it
    assert read(path).meta == {"title": "Beside", "outlet": "The Post"}
    file("", "note.meta.yaml")
    assert read(path).meta == {"title": "Above", "outlet": "The Post"}


def test_values_are_kept_as_they_are_written(file):
    raw = "---\ndate: 2020-05-01\nsource: no\nissue: 007\ntitle: |\n  One\n  two\noutlet:\n---\nText."
    assert read(file(raw)).meta == {"date": "2020-05-01", "source": "no", "issue": "007", "title": "One\ntwo\n"}


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ("title: [Ida Lind, Jo Moss", 3),
        ('title: "Sea', 3),
        ("outlet: x\n  a: b", 4),
        ("speakers: {a: b}", 0),
        ("speakers: [a, [b]]", 0),
        ("? [a]\n: b", 3),
        ("title: x\n\x01y", 0),
        ("a: &a [x, x]\nb: &b [*a, *a]", 0),  # by aliases a few lines can stand for millions
        ("a: *b", 3),
        ("a: " + "[" * 50_000, 0),
        ("a: b\n" * 50_000, 0),
    ],
)
def test_yaml_that_is_not_read_is_said_in_one_line(file, lines, line):
    above = file(f"---\ndate: 2020-05-01\n{lines}\n---\nText.", "above.txt")
    beside = file("Text.", "beside.txt")
    card = file(f"\ndate: 2020-05-01\n{lines}\n", "beside.meta.yaml")
    for path, at in ((above, above), (beside, card)):
        with pytest.raises(TextError) as refusal:
            read(path)
        where = f"line {line}: " if line else ""
        assert str(refusal.value).startswith(f"{at} {where}this YAML is not “key: value”")
        assert str(refusal.value).isprintable()


def test_a_card_has_fields(file):
    path = file("Text.")
    file("no such thing", "note.meta.yaml")
    with pytest.raises(TextError, match=r"note\.meta\.yaml this YAML is not"):
        read(path)


@pytest.mark.parametrize("name", ["note.meta.yaml", "note.hedging.csv", "note.only-threat.dicx"])
def test_what_stands_beside_a_text_is_no_text(file, name):
    with pytest.raises(TextError, match="stands beside texts"):
        read(file("title: T", name))


def test_a_saved_page_gives_its_article(file):
    pytest.importorskip("trafilatura")
    article = "<p>The harbour talks collapsed on Monday after a night of quarrels between the two governments.</p>"
    page = (
        f"<title>Talks collapse</title><nav>Home | About</nav><article>{article * 3}</article><script>alert(1)</script>"
    )
    found = read(file(f"<html><head></head><body>{page}</body></html>", "page.html"))
    assert "The harbour talks collapsed" in found.raw
    assert "About" not in found.raw
    assert "alert" not in found.raw
    with pytest.raises(TextError, match="is empty"):
        read(file("", "empty.html"))


def test_a_short_saved_page_keeps_its_paragraphs(file):
    pytest.importorskip("trafilatura")
    page = "<h1>Bridge closes after storm</h1><p>The bridge closed on Monday. Nobody was hurt.</p><p>It is old.</p>"
    found = read(file(f"<html><body><article>{page}</article></body></html>", "page.html"))
    assert found.raw.splitlines()[-2:] == ["The bridge closed on Monday. Nobody was hurt.", "It is old."]


def test_a_saved_page_keeps_its_quotations_and_bold_questions(file):
    pytest.importorskip("trafilatura")
    page = "<p>We spoke to Helena Varga, the harbour's director, about the long quarrels over its future.</p>"
    for question in ("Is the harbour ready?", "Tell us about the ships.", "Who pays for it?"):
        answer = "I think that it is, for I have seen it. My father said <q>never again</q>, and he was wrong about it."
        page += f"<p><strong>{question}</strong></p><p>{answer}</p>"
    found = read(file(f"<html><body><article>{page}</article></body></html>", "page.html"))
    assert "“never again”" in found.raw
    spoken = [(p.kind, p.voice) for p in found.passages if p.kind in ("question", "answer")]
    assert list(dict.fromkeys(spoken)) == [("question", "interviewer"), ("answer", "Helena Varga")]
    assert [p.voice for p in found.passages if p.kind == "quote"] == ["my father"] * 3


def test_a_word_document_gives_its_paragraphs(file, tmp_path):
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.core_properties.title = "Talks collapse"
    document.add_paragraph("“It is over,” she said.")
    document.add_paragraph("Nobody answered.")
    document.save(tmp_path / "talks.docx")
    found = read(tmp_path / "talks.docx")
    assert found.raw == "“It is over,” she said.\nNobody answered."
    assert found.meta == {"title": "Talks collapse"}
    document.add_table(1, 1).cell(0, 0).text = "A cell."
    inserted = document.add_paragraph("It was ")
    changes = {"ins": "<w:t>not </w:t>", "del": "<w:delText>never </w:delText>", "moveFrom": "<w:t>yet </w:t>"}
    for kind, run in changes.items():
        inserted._p.append(
            docx.oxml.parse_xml(f'<w:{kind} {docx.oxml.ns.nsdecls("w")} w:id="1"><w:r>{run}</w:r></w:{kind}>')
        )
    inserted.add_run("over.")
    for question in ("Is it ready?", "Tell us about it.", "Who pays?"):
        document.add_paragraph().add_run(question).bold = True
    document.save(tmp_path / "talks.docx")
    lines = "A cell.\nIt was not over.\n**Is it ready?**\n**Tell us about it.**\n**Who pays?**"
    assert read(tmp_path / "talks.docx").raw == f"“It is over,” she said.\nNobody answered.\n{lines}"
    with pytest.raises(TextError, match="is not a whole Word document"):
        read(file("Text.", "broken.docx"))
    document.element.remove(document.element.body)
    document.save(tmp_path / "bodiless.docx")
    with pytest.raises(TextError, match="is not a whole Word document"):
        read(tmp_path / "bodiless.docx")


@pytest.mark.parametrize("name", ["page.html", "talks.docx"])
def test_a_missing_extra_is_named(file, monkeypatch, name):
    for module in ("trafilatura", "docx"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(TextError, match=r"pip install 'subtext\[documents\]'"):
        read(file("Text.", name))


@pytest.mark.parametrize(
    "raw",
    [
        GERMAN,
        RUSSIAN,
        "To jest to, co on powiedział, i to nie jest prawda w tym kraju.",
        "To je to što je rekao i nije istina u ovoj zemlji danas.",
        "De regering zei dat ze niet van plan is om in te grijpen in de zaak of het geschil.",
        "政府表示，不打算干预这场争端。专家说，这很重要。",
        "Le ministre a déclaré que le gouvernement ne voulait pas intervenir dans cette affaire du port, même si"
        " l'opposition le demande depuis longtemps. The minister left the town on Monday.",
    ],
)
def test_another_language_is_said(raw):
    assert Text(raw).warnings == ["This does not look like English; the codebooks are for English only."]


@pytest.mark.parametrize(
    "raw",
    [
        "The harbour talks collapsed. " * 10,
        "Der Minister sagte nichts.",  # too short to say
        "Flour, sugar, two eggs, butter, milk, salt, baking powder, vanilla extract, chopped nuts.",
        "Trump Lawyer Paid Actress Before Election, Report Says",
        "1 2 3 4 5 6 7 8 9 10 11 12",
        "x y z q w e r t u i o p",
        "https://a.org/b?c=d http://foo.org/baz x1 y2 z3 0x00 0xff 12 13",
    ],
)
def test_english_is_not_taken_for_another_language(raw):
    assert Text(raw).warnings == []


def test_mojibake_is_said_and_kept():
    raw = "Peña Nieto’s plan".encode().decode("cp1252")
    assert Text(raw).warnings == ["2 places look garbled by a wrong encoding, first “PeÃ±a”. Nothing was changed."]
    assert Text(raw).raw == raw
    assert len(Text("A lost\ufffdletter").warnings) == 1
    assert Text("“Ünïcödé” – naïve café, £5").warnings == []


def test_a_sentence_too_long_for_the_parser_is_said():
    long = f"We saw {'the river and ' * 150}the sea. "
    assert "1 sentence of more than 300 words was parsed in parts." in Text(f"It rained. {long}").warnings
    assert "2 sentences of more than 300 words were parsed in parts." in Text(long * 2).warnings
    assert len(Text(long).sentences) == 1


def test_a_text_is_a_string():
    with pytest.raises(TextError, match="a text is made from a string, not bytes"):
        Text(b"bytes", name="note")


def test_speakers_are_a_list_however_they_are_given():
    for speakers in ("Ida Lind, Jo Moss,", ["Ida Lind", " Jo Moss", ""]):
        assert Text("It may rain.", meta={"speakers": speakers}).meta == {"speakers": ["Ida Lind", "Jo Moss"]}


def test_a_text_travels_as_it_was_made():
    sent = Text("It may rain.", "note", meta={"title": "T"}, doubts=("It is old.",))
    assert sent.doc and sent.words is not None
    found = pickle.loads(pickle.dumps(sent))
    made_from = {"raw", "name", "meta", "doubts", "codebooks", "corrections"}
    assert vars(found).keys() == made_from | {"memo"}  # and not what was found in it
    assert (found.raw, found.name, found.meta, found.warnings) == (sent.raw, "note", {"title": "T"}, ["It is old."])


@given(TEXTS)
def test_every_row_of_every_table_is_a_slice_of_the_text(raw):
    found = Text(raw)
    for table in (found.segments, found.sentences, found.words):
        assert [raw[start:end] for start, end in zip(table.start, table.end, strict=True)] == table.text.tolist()
        assert table.start.is_monotonic_increasing
        assert (table.end.to_numpy()[:-1] <= table.start.to_numpy()[1:]).all()
        assert (table.start < table.end).all()


@given(TEXTS)
def test_tables_refer_to_each_other(raw):
    found = Text(raw)
    assert found.sentences.segment.isin(found.segments.index).all()
    within = found.sentences.loc[found.words.sentence]
    assert (within.start.to_numpy() <= found.words.start.to_numpy()).all()
    assert (found.words.end.to_numpy() <= within.end.to_numpy()).all()
    assert [len(words) for words in found.tokens] == [
        int((found.words.sentence == sentence).sum()) for sentence in found.sentences.index
    ]
    assert all(found.folded[start:end] == word for start, end, word in found.words[["start", "end", "word"]].values)
    assert isinstance(found.warnings, list)


def test_an_empty_text_has_empty_tables():
    found = Text("")
    assert [len(table) for table in (found.segments, found.sentences, found.words)] == [0, 0, 0]
    assert found.sentences.start.dtype == int
