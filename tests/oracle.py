"""textstat, to compare with: it finds our dictionary by NLTK's documented search path, and so downloads nothing."""

import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import nltk
from textstat import textstat  # noqa: F401 (what this file is for)

from analysis.codebook import HERE

_FOLDER = TemporaryDirectory(prefix="subtext-")
with zipfile.ZipFile(HERE / "cmudict.zip") as archive:
    archive.extract("cmudict/cmudict", Path(_FOLDER.name, "corpora"))
for path in Path(_FOLDER.name).rglob("*"):
    path.chmod(0o700)  # NLTK refuses data that other accounts could have written
nltk.data.path.insert(0, _FOLDER.name)
