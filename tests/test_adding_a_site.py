"""docs/adding-a-site.md, followed to the letter with a made-up site: what it says is what happens."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from crawling import ROOT, serving
from guide_site import guide_pages

DOC = (ROOT / "docs" / "adding-a-site.md").read_text(encoding="utf-8")
ADDRESS, NAME = "https://bianminwang.example", "bianminwang"


def blocks(language: str) -> list[str]:
    """The code blocks of the page, in order."""
    return re.findall(rf"```{language}\n(.*?)```", DOC, re.DOTALL)


def with_lines(text: str, lines: str) -> str:
    """A site file with these lines in place of those of the same keys."""
    for line in lines.splitlines():
        key = line.split(" = ")[0]
        text = re.sub(rf"^{key} = .*$", line.replace("\\", r"\\"), text, flags=re.MULTILINE)
    return text


@pytest.fixture
def checkout(tmp_path):
    """A copy of what the commands need: the site is added there."""
    for part in ("crawler", "pipelines", "db", "scrapy.cfg", "pyproject.toml"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, tmp_path / part)
    (tmp_path / "tests").mkdir()
    return tmp_path


def files(checkout) -> set[str]:
    found = (path for path in checkout.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(checkout)) for path in found if path.relative_to(checkout).parts[0] != "data"}


def test_the_page_is_right_to_the_letter(checkout):
    before = files(checkout)
    with serving(guide_pages()) as site:

        def here(text: str) -> str:
            """The text with the address at which the made-up site is really served."""
            return text.replace(ADDRESS, site.url).replace(ADDRESS[len("https://") :], site.url[len("http://") :])

        def run(line: str) -> subprocess.CompletedProcess[str]:
            words = here(line).split()
            program = {"scrapy": [sys.executable, "-m", "scrapy"], "python": [sys.executable]}[words[0]]
            environment = {**os.environ, "PYTHONPATH": str(checkout), "COLUMNS": "200", "PYTHONDONTWRITEBYTECODE": "1"}
            done = subprocess.run([*program, *words[1:]], cwd=checkout, env=environment, capture_output=True, text=True,
                                  timeout=120)  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
            return done

        first, again, check, crawl = blocks("sh")
        draft, wider = blocks("toml")
        said = run(first)
        assert "BAD" not in said.stdout
        assert here(draft) in said.stdout, "the file stands in the report"
        assert said.stdout.splitlines()[-1].endswith(f"then run: {again.strip()}"), "the next command is this page's"
        site_file = checkout / "crawler" / "sites" / f"{NAME}.toml"
        assert site_file.read_text(encoding="utf-8") == here(draft)
        assert len(site.asked) <= 8, "a doctor asks for little"
        site_file.write_text(here(with_lines(draft, wider)), encoding="utf-8")
        said = run(again)
        assert "names 8 articles of the form that the site file gives" in said.stdout
        assert "names 3 articles of the form that the site file gives" in said.stdout
        assert "markup 'page' fits: found title 1, time 1, body 1, related 1" in said.stdout
        assert "BAD" not in said.stdout
        test = checkout / "tests" / f"test_site_{NAME}.py"
        test.write_text(here(blocks("python")[0]), encoding="utf-8")
        assert "2 passed" in run(check).stdout
        for line in crawl.splitlines():  # a crawl asks this machine only where it is told to
            run(line.replace("-a max_articles", f"-a base_url={site.url} -a max_articles"))
    added = {name for name in files(checkout) - before if not name.startswith((".pytest_cache", ".scrapy"))}
    assert added == {f"crawler/sites/{NAME}.toml", f"tests/test_site_{NAME}.py"}, "one file and its test"
    assert (checkout / "data" / "procedures.db").exists()


def test_every_key_of_a_site_file_is_explained():
    source = (ROOT / "crawler" / "sites" / "__init__.py").read_text(encoding="utf-8")
    keys = set(re.findall(r'_take\(data, "(\w+)"', source)) | set(re.findall(r'_strings\(data, "(\w+)"', source))
    assert len(keys) > 8
    missing = {key for key in keys if f"`{key}" not in DOC and f"[[{key}]]" not in DOC}
    assert missing == set()
