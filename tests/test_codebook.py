"""Codebooks: the cue grammar, contexts, what wins where cues overlap, and what a bad file is told."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Text, hedging, profile, read, stance, threat
from analysis.codebook import Codebook, CodebookError, load

HEADER = "cue,category,weight,before,after,source,example\n"


def found(rows: str, text: str) -> list[str]:
    book = Codebook.parse(HEADER + rows)
    return book.find(Text(text)).cue.tolist()


@pytest.mark.parametrize(
    ("rows", "text", "expected"),
    [
        ("may,modal,1,,", "We may. MAY we? Maybe.", ["may", "MAY"]),
        ("threaten*,threat,1,,", "They threaten; threatening words. No threat.", ["threaten", "threatening"]),
        ("may|might,modal,1,,", "It might, it may.", ["might", "may"]),
        ("about <number>,approximator,1,,", "About 40 of them, about time.", ["About 40"]),
        ("so _ as,comparison,1,,", "As so much as so little, so as it is.", ["so much as"]),
        ("very? likely,adjective,1,,", "Likely and very likely.", ["Likely", "very likely"]),
        ("it’s clear,booster,1,,", "It`s clear; it's clear.", ["It`s clear", "it's clear"]),
        ("it's clear,booster,1,,", "It`s clear; it’s clear; it's clear.", ["It`s clear", "it’s clear", "it's clear"]),
        ("may,modal,1,!<capital>,", "We may go in May.", ["may"]),
        ("could,modal,1,,!not", "We could. We could not.", ["could"]),
        ("well,attitude,1,^,", "Well, all is well.", ["Well"]),
        ("u.s.,place,1,,", "The U.S. army. U.S.-made. Shall u.s or us?", ["U.S", "U.S", "u.s"]),
        ("9/11|d-day,event,1,,", "After 9/11; on 9, 11 and on d-day.", ["9/11", "d-day"]),
        ("r&d? budget,money,1,,", "The R&D budget, the budget; R, D budget.", ["R&D budget", "budget", "budget"]),
        ("#metoo,movement,1,,", "#MeToo, and me too.", ["MeToo"]),
        ("50%,share,1,,", "I have 50 cats, which is 50% of them.", ["50"]),
        (
            "c++,language,1,,\n$5,price,1,,\nc#,note,1,,",
            "Plan C failed; C++ and C# cost $5, not 5 or €5.",
            ["C", "C", "5"],
        ),
        ('"1,000 men",size,1,,', "1,000 men, not 1, 000 men.", ["1,000 men"]),
        ("about <number> men,size,1,,", "About 12,000 men.", ["About 12,000 men"]),
        ("anti-* law,act,1,,", "An anti-war law.", ["anti-war law"]),
        ("snake_case,code,1,,", "In snake_case, a snake; case.", ["snake_case"]),
        ("some say,vague,1,,", "“Some, say” some (say) some; say some “say” some: say. Some say.", ["Some say"]),
        ("a? " * 5 + "b/c|d/e b,x,1,,", "A a a b/c b; a d/e b.", ["A a a b/c b", "a d/e b"]),
    ],
)
def test_the_grammar(rows, text, expected):
    assert found(rows, text) == expected


def test_the_longest_cue_wins_and_cues_do_not_overlap():
    rows = "rule,act,1,,\nruled out,certain,1,,\ncannot be ruled out,negated,1,,\nout of,place,1,,"
    assert found(rows, "It cannot be ruled out of hand.") == ["cannot be ruled out"]


def test_of_two_equal_cues_the_one_with_a_context_wins():
    rows = "may,modal,1,,\nmay,permission,1,you,"
    book = Codebook.parse(HEADER + rows)
    assert book.find(Text("You may; we may.")).category.tolist() == ["permission", "modal"]


def test_one_codebook_on_another_replaces_and_adds():
    ours = Codebook.parse(HEADER + "may,modal,1,,")
    theirs = Codebook.parse(HEADER + "may,modal,3,,\nmayhap,adverb,1,,")
    both = ours + theirs
    assert [(cue.cue, cue.weight) for cue in both.rows] == [("may", 3), ("mayhap", 1)]
    assert [cue.cue for cue in both.without("modal").rows] == ["mayhap"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("word,category\nmay,modal", "mine.csv: row 1: the column 'cue' is missing"),
        (HEADER + "may,modal,heavy,,", "mine.csv: row 2, column 'weight': 'heavy' is not a number"),
        (HEADER + "may,modal,inf,,", "mine.csv: row 2, column 'weight': 'inf' is not a number"),
        (HEADER + "may,modal,1,,\nMay,month,1,,", "mine.csv: row 3, column 'cue': 'May' stands in row 2 already"),
        (HEADER + ",modal,1,,", "mine.csv: row 2, column 'cue': '' is not a cue; fill it in"),
        (HEADER + "m*y,modal,1,,", "mine.csv: row 2, column 'cue': 'm*y' is not a word"),
        (HEADER + "may,modal,1,!*,", "mine.csv: row 2, column 'before': '*' is not a word"),
        (HEADER + "\n\nmay,modal,heavy,,", "mine.csv: row 4, column 'weight': 'heavy' is not a number"),
        (HEADER + "may,,1,,", "mine.csv: row 2, column 'category': '' is not a category's name"),
        (HEADER + "may,voice,1,,", "mine.csv: row 2, column 'category': 'voice' is not a category's name"),
        ("cue,category\nmay, or might,modal", "mine.csv: row 2: it has more cells than row 1"),
        ("cue,category,certainty\nmay,modal,2", "mine.csv: row 2, column 'certainty': '2' is not between 0 and 1"),
        ("cue,category,wieght\nmay,modal,2", "mine.csv: row 1: there is no column 'wieght'; is 'weight' meant?"),
        ("cue,categroy\nmay,modal", "mine.csv: row 1: there is no column 'categroy'; is 'category' meant?"),
        ("cue,category,Weight\nmay,modal,2", "mine.csv: row 1: there is no column 'Weight'; is 'weight' meant?"),
        ("cue,category,certainity\nmay,modal,2", "mine.csv: row 1: there is no column 'certainity'; is 'certainty'"),
        (HEADER + "<peopel>,vague,1,,", "mine.csv: row 2, column 'cue': '<peopel>' is not a word"),
        (HEADER + "<peopel> say,vague,1,,", "mine.csv: row 2, column 'cue': '<peopel>' is not a word"),
        (HEADER + "<people>,class,1,,,,men|women", "mine.csv: row 2, column 'cue': '<people>' is not a word"),
        (HEADER + "can't,modal,1,,\ncan’t,modal,1,,", "mine.csv: row 3, column 'cue': 'can’t' stands in row 2 already"),
        (HEADER + ":-),mood,1,,", "mine.csv: row 2, column 'cue': ':-)' is not a word"),
        (HEADER + "may - or,modal,1,,", "mine.csv: row 2, column 'cue': '-' is not a word"),
        (HEADER + "#me*too,movement,1,,", "mine.csv: row 2, column 'cue': '#me*too' is not a word"),
        (HEADER + "#me*,movement,1,,", "mine.csv: row 2, column 'cue': '#me*' is not a word"),
        (HEADER + "army,place,1,R&D,", "mine.csv: row 2, column 'before': 'R&D' is not a word"),
        (HEADER + "a? a? a? a? a? a? b,x,1,,", "mine.csv: row 2, column 'cue': of its words 5 at most may be missing"),
        (HEADER + "very?,x,1,,", "mine.csv: row 2, column 'cue': of its words 5 at most may be missing, and never all"),
        (HEADER + "may|,modal,1,,", "mine.csv: row 2, column 'cue': '' is not a word"),
        (HEADER + '"may, or",modal,1,,', "mine.csv: row 2, column 'cue': 'may,' is not a word"),
    ],
)
def test_a_bad_codebook_is_told_where_and_why(tmp_path, source, reason):
    path = tmp_path / "mine.csv"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(CodebookError) as error:
        Codebook.read(path)
    assert str(error.value).startswith(reason)
    assert "\n" not in str(error.value)


def test_a_reader_s_own_columns_are_kept():
    book = Codebook.parse("cue,category,notes,sources,source\nmay,modal,p. 3,Smith 1990,own")
    assert book.rows[0].extra == {"notes": "p. 3", "sources": "Smith 1990"} and book.rows[0].source == "own"


def test_a_codebook_that_is_not_there(tmp_path):
    with pytest.raises(CodebookError, match=r"none\.csv: it cannot be read: No such file"):
        Codebook.read(tmp_path / "none.csv")


NUMBERED = """%
1\ttentat (Tentative)
2\tfoes
%
perhaps\t1
enem*\t2
a lot of\t1 2
kind\t<of>2/1 1
like\t(02 134)2/1 2
b/c\t1
"""
CROSSED = "DicTerm,tentat,foes\nperhaps,X,\nenem*,,x\na lot of,X,X\n"


def dictionary(folder, source, name):
    (folder / name).write_text(source, encoding="utf-8")
    return Codebook.read(folder / name)


def test_a_liwc_dictionary_is_a_codebook(tmp_path):
    book = dictionary(tmp_path, NUMBERED, "mine.dic")
    text = Text("Perhaps the enemies bring a lot of kind words, and we like it, b/c.")
    found = book.find(text)
    assert hedging.find(text, book).equals(found) and hedging.sentences(text, book).hedged[0]
    assert list(zip(found.cue, found.category, strict=True)) == [
        ("Perhaps", "tentat"),
        ("enemies", "foes"),
        ("a lot of", "tentat"),
        ("a lot of", "foes"),
        ("kind", "tentat"),
        ("like", "tentat"),
        ("like", "foes"),
        ("b/c", "tentat"),
    ]
    assert book.without("tentat").find(Text("A lot of enemies")).category.tolist() == ["foes", "foes"]


@pytest.mark.parametrize(
    "source",
    [
        "%\n01 foes\n%\nenem* 1",
        "%\n1\tfoes\n%\nenem*\t001\t01",
        "%\n  1   foes (Foes)\n%\n\n# ours\nenem*   1  // a note\n",
        "%\n1\tfoes\n2\tkin\n%\nenem*\t(1 2)2/1\n",
        "%\r\n1\tfoes\r\n%\r\n// all of them\r\nenem*\t<of>2/1\t1\r\n",
    ],
)
def test_a_liwc_dictionary_of_any_age_is_read(tmp_path, source):
    found = dictionary(tmp_path, source, "mine.dic").find(Text("Enemies, # 1 note of ours."))
    assert list(zip(found.cue, found.category, strict=True)) == [("Enemies", "foes")]


def test_a_phrase_in_a_dictionary_may_be_divided_from_its_number_by_a_space(tmp_path):
    book = dictionary(tmp_path, "%\n1 vague\n2 much\n%\nkind of 1\na lot of 1 2", "mine.dic")
    assert book.find(Text("Kind of a lot of it.")).category.tolist() == ["vague", "vague", "much"]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_a_spreadsheet_s_other_signs_between_cells(tmp_path, sign):
    book = dictionary(tmp_path, f"cue{sign}category\nenem*{sign}foes", "mine.csv")
    assert book.find(Text("Enemies.")).category.tolist() == ["foes"]
    book = dictionary(tmp_path, f"DicTerm{sign}foes\nenem*{sign}X", "mine.dicx")
    assert book.find(Text("Enemies.")).category.tolist() == ["foes"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_codebook_is_read_as_a_spreadsheet_saved_it(tmp_path, encoding):
    path = tmp_path / "mine.csv"
    path.write_bytes("cue,category\r\ncafé,place\r\n".encode(encoding))
    assert Codebook.read(path).find(Text("The café.")).cue.tolist() == ["café"]


def test_a_category_of_a_dictionary_that_has_a_column_s_name_is_another(tmp_path):
    book = dictionary(tmp_path, "%\n1 words\n2 kind\n%\nenem* 1 2", "mine.dic")
    table = hedging.measure(Text("Two enemies."), codebook=book)
    assert table.words[0] == 2 and table.Words[0] == table.Kind[0] == 1


def test_a_liwc_table_is_a_codebook(tmp_path):
    found = dictionary(tmp_path, CROSSED, "mine.dicx").find(Text("Perhaps a lot of enemies."))
    assert found.category.tolist() == ["tentat", "tentat", "foes", "foes"]


def test_a_liwc_dictionary_beside_ours_takes_its_words_over(tmp_path):
    ours = Codebook.parse(HEADER + "perhaps,adverb,3,,\na lot|bit of,vague,1,,\nmany,vague,1,,")
    found = (ours + dictionary(tmp_path, NUMBERED, "mine.dic")).find(Text("Perhaps a lot of many, a bit of it."))
    assert found.category.tolist() == ["tentat", "tentat", "foes", "vague", "vague"]


@pytest.mark.parametrize(
    ("name", "source", "reason"),
    [
        ("mine.dic", "perhaps 1", "mine.dic: row 1: 'perhaps 1' is neither a category"),
        ("mine.dic", "%\n1 foes\n%\nenemy 2", "mine.dic: row 4: 'enemy 2' is neither a category"),
        ("mine.dic", "%\n1 foes\n%\nenemy", "mine.dic: row 4: 'enemy' is neither a category"),
        ("mine.dic", "%\n1\n%\nenemy 1", "mine.dic: row 2: '1' is neither a category"),
        ("mine.dic", "%\n1 foes\n%\nen*my 1", "mine.dic: row 4, column 'cue': 'en*my' is not a word"),
        ("mine.dic", "%\n1 foes\n%\n\nen?my\t1", "mine.dic: row 5, column 'cue': 'en?my' is not a word"),
        ("mine.dic", "%\n1 foes\n%\n:-) 1", "mine.dic: row 4, column 'cue': ':-)' is not a word"),
        ("mine.dic", "%\n1 foes\n", "mine.dic: this dictionary holds no words"),
        ("mine.dicx", "", "mine.dicx: this dictionary holds no words"),
        ("mine.dicx", "DicTerm,foes\nenemy,yes", "mine.dicx: row 2, column 'foes': 'yes' is not X"),
        ("mine.dicx", "DicTerm,foes,\nenemy,,X", "mine.dicx: row 2: it has more cells than row 1"),
        ("mine.dicx", "DicTerm,foes\nenemy,,X", "mine.dicx: row 2: it has more cells than row 1"),
        ("mine.csv", "cue,category,certainty\nmay,modal,low", "mine.csv: row 2, column 'certainty': 'low' is not"),
    ],
)
def test_a_bad_dictionary_is_told_where_and_why(tmp_path, name, source, reason):
    with pytest.raises(CodebookError) as error:
        dictionary(tmp_path, source, name)
    assert str(error.value).startswith(reason) and "\n" not in str(error.value)


@given(st.text(alphabet='%\t\n 12ab*:)(<>/X,"') | st.text(), st.sampled_from(["mine.dic", "mine.dicx"]))
def test_any_string_is_a_dictionary_or_a_plain_refusal(tmp_path_factory, source, name):
    try:
        dictionary(tmp_path_factory.mktemp("any"), source.encode("utf-8", "replace").decode(), name).find(Text("a b 1"))
    except CodebookError as error:
        assert "\n" not in str(error)


@pytest.fixture
def article(tmp_path):
    """A text of one hedge, whose reader counts another word as one."""
    (tmp_path / "article.txt").write_text("It might go, methinks.", encoding="utf-8")
    return tmp_path / "article.txt"


@pytest.mark.parametrize(("name", "hedges"), [("hedging", ["might", "methinks"]), ("only-hedging", ["methinks"])])
def test_a_codebook_beside_a_text_is_added_to_ours_or_replaces_it(article, name, hedges):
    beside = article.with_name(f"article.{name}.csv")
    beside.write_text("cue,category\nmethinks,hedge", encoding="utf-8")
    text = read(article)
    assert hedging.find(text).cue.tolist() == hedges
    assert hedging.measure(text).hedges[0] == len(hedges) == round(profile(text).hedges_per_100 * 4 / 100)
    beside.write_text("cue,category\ngo,hedge", encoding="utf-8")
    assert "go" in hedging.find(read(article)).cue.tolist()


def test_actors_beside_a_text_are_added_to_ours_or_replace_them(article):
    article.write_text("Ruritania met Turkey.", encoding="utf-8")
    for name, expected in (("actors", ["Ruritania", "Turkey"]), ("only-actors", ["Ruritania"])):
        beside = article.with_name(f"article.{name}.csv")
        beside.write_text("actor,kind,names\nRuritania,state,Ruritania", encoding="utf-8")
        assert stance.toward(read(article)).actor.tolist() == expected
    beside.write_text("actor,kind,names\n,state,", encoding="utf-8")
    with pytest.raises(CodebookError, match=r"article\.only-actors\.csv: row 2"):
        stance.toward(read(article))


def test_a_reader_s_cue_may_name_a_class_of_ours(article):
    article.with_name("article.hedging.csv").write_text("cue,category\n<people> reckon,hedge", encoding="utf-8")
    article.write_text("Experts reckon so. Rocks reckon so.", encoding="utf-8")
    assert hedging.find(read(article)).cue.tolist() == ["Experts reckon"]


def test_many_cues_that_begin_alike_take_linear_time():
    """Ten times the words take about ten times as long, however alike words and cues are."""
    book = Codebook.parse(HEADER + "".join(f"{'a ' * n},x,1,,\n" for n in range(5, 101, 5)))

    def seconds(raw):
        text, began = Text(raw), process_time()
        book.matches(text)
        return process_time() - began

    short, long = ("a " * n + "b. " for n in (500, 5000))
    assert min(seconds(long) for _ in range(2)) < 12 * min(seconds(short) for _ in range(3)) + 0.05


def test_every_lens_takes_a_codebook_of_a_cue_and_a_category(article):
    book, text = Codebook.parse("cue,category\nmethinks,mine"), read(article)
    for lens in (hedging, threat, stance):
        assert lens.find(text, codebook=book).cue.tolist() == ["methinks"]
        assert len(lens.measure(text, codebook=book)) == 1


@given(st.text())
def test_any_string_is_a_codebook_or_a_plain_refusal(source):
    try:
        Codebook.parse(source).find(Text("We may go."))
    except CodebookError as error:
        assert "\n" not in str(error)


@given(st.lists(st.sampled_from("may might could go we <number> go* _ very? may|can".split()), min_size=1, max_size=4))
def test_every_match_stands_in_its_sentence(elements):
    book = Codebook.parse(HEADER + " ".join(elements) + " go|may,x,1,,")
    text = Text("We may go. We could go very far, might we not? 40 may go.")
    for row in book.find(text).itertuples():
        start, end, _ = text.spans[row.sentence]
        assert start <= row.start < row.end <= end
        assert text.raw[row.start : row.end] == row.cue


def test_a_reader_s_own_categories_are_counted():
    book = Codebook.parse("cue,category\nmethinks,musing\nperhaps,modal")
    row = hedging.measure(Text("Methinks it may rain. Methinks so, perhaps."), codebook=book).iloc[0]
    assert (row.musing, row.hedges) == (2, 1) and row.musing_per_100 == 100 * 2 / 7


def test_a_dictionary_without_signs_is_no_evaluation(tmp_path):
    (tmp_path / "mine.dic").write_text(NUMBERED, encoding="utf-8")
    text = Text("It may rain.", codebooks={"evaluation": tmp_path / "mine.dic"})
    with pytest.raises(CodebookError, match=r"mine\.dic: LIWC does not say .* a CSV with weights"):
        stance.measure(text)


@pytest.mark.parametrize("name", ["hedging", "threat", "evaluation"])
def test_a_text_without_codebooks_of_its_own_is_read_by_ours(name):
    assert load(name, Text("It rained.")) is load(name)
