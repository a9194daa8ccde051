"""The page for job-seekers as a server: what it answers, whom it refuses, and that it keeps and writes nothing."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import skillgap
from skillgap.cli import main
from skillgap.model import HiddenText, Limits, Resume

pytest.importorskip("starlette", reason="the extra `web` is not installed")

from starlette.testclient import TestClient

from skillgap.web import jobs
from skillgap.web.app import make_app
from skillgap.web.guard import HEADERS, Address
from skillgap.web.jobs import Settings, Source, Target, visible_text
from skillgap.web.workers import Workers
from skillgap.worker_process import WorkerError

ROOT = Path(__file__).parent.parent
RESUMES = ROOT / "examples" / "resumes"
MARIA = (RESUMES / "maria_alvarez.pdf").read_bytes()
DANA = (RESUMES / "dana_petrov.docx").read_bytes()
ROLE = "collections specialist"
ADDRESS = Address("127.0.0.1", 8765)
POSTING = """Payroll Clerk

Requirements
- MS Excel
- Accounts receivable
- Bookkeeping
"""


def _large_docx() -> bytes:
    """A resume with a picture of three megabytes, several times what a form keeps in memory by itself."""
    file = io.BytesIO(DANA)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/media/large.bin", os.urandom(3_000_000))
    return file.getvalue()


def _client(settings: Settings | None = None, *, workers: int = 2) -> TestClient:
    return TestClient(make_app(ADDRESS, settings, workers=workers), base_url=ADDRESS.url)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with _client() as client:
        yield client


@pytest.fixture(scope="module")
def token(client: TestClient) -> str:
    return _hidden(client.get("/").text, "token")


def _hidden(page: str, name: str, at: int = 0) -> str:
    """The value of a hidden field."""
    from lxml import html

    return str(html.fromstring(page).xpath(f"//input[@type='hidden'][@name='{name}']")[at].get("value"))


def _words(page: str) -> str:
    """What a page says, as one line."""
    from lxml import html

    return " ".join(html.fromstring(page).text_content().split())


def _report(client: TestClient, token: str, **fields: str) -> str:
    answer = client.post("/report", data={"token": token, "role": ROLE, **fields})
    assert answer.status_code == 200, _words(answer.text)
    return answer.text


# What it answers


def test_first_page_says_that_nothing_leaves_the_machine(client: TestClient) -> None:
    assert "Nothing leaves this machine" in _words(client.get("/").text)


@pytest.mark.parametrize(("name", "data"), [("cv.pdf", MARIA), ("cv.docx", DANA)])
def test_file_gives_its_report(client: TestClient, token: str, name: str, data: bytes) -> None:
    answer = client.post("/report", data={"token": token, "role": ROLE}, files={"file": (name, data)})
    assert answer.status_code == 200
    expected = skillgap.analyze(data, ROLE)
    assert f"Coverage {round(expected.coverage * 100)} %" in _words(answer.text)
    assert all(skill.name in _words(answer.text) for skill in (*expected.covered, *expected.missing))
    assert name in _words(answer.text)


def test_pasted_text_gives_its_report(client: TestClient, token: str) -> None:
    page = _report(client, token, text="Skills\r\nAccounts receivable, bookkeeping")
    assert "pasted text against Collections Specialist" in _words(page)


def test_posting_goes_before_the_role(client: TestClient, token: str) -> None:
    page = _report(client, token, text="Skills\nMS Excel", posting=POSTING)
    assert "against Payroll Clerk" in _words(page)
    assert "Coverage 33 %" in _words(page)


def test_posting_that_is_none_is_said(client: TestClient, token: str) -> None:
    answer = client.post("/report", data={"token": token, "text": "Skills\nMS Excel", "posting": "Hello there."})
    assert answer.status_code == 422
    assert "Error" in answer.text


def test_several_files_give_a_report_each(client: TestClient, token: str) -> None:
    files = [("file", ("one.pdf", MARIA)), ("file", ("two.docx", DANA)), ("file", ("broken.pdf", MARIA[:900]))]
    page = client.post("/report", data={"token": token, "role": ROLE}, files=files).text
    said = _words(page)
    for data in (MARIA, DANA):
        assert f"{round(skillgap.analyze(data, ROLE).coverage * 100)} %" in said
    assert re.search(r"broken\.pdf.*holds no text", said)
    second = client.post(
        "/report", data={"token": token, "role": _hidden(page, "role", 1), "carried": _hidden(page, "carried", 1)}
    )
    assert "two.docx against Collections Specialist" in _words(second.text)


def test_missing_resume_and_missing_role_are_said(client: TestClient, token: str) -> None:
    without_resume = client.post("/report", data={"token": token, "role": ROLE})
    assert (without_resume.status_code, "no resume yet" in without_resume.text) == (422, True)
    without_role = client.post("/report", data={"token": token, "text": "Skills\nMS Excel"})
    assert (without_role.status_code, "no role yet" in without_role.text) == (422, True)
    assert "MS Excel" in without_role.text, "what was pasted is still there"


def test_unknown_role_asks_which_was_meant_without_a_new_upload(client: TestClient, token: str) -> None:
    asked = client.post(
        "/report", data={"token": token, "role": "chief of collections"}, files={"file": ("cv.pdf", MARIA)}
    )
    assert asked.status_code == 422
    assert "Did you mean" in asked.text
    page = _report(client, token, carried=_hidden(asked.text, "carried"))
    assert "cv.pdf against Collections Specialist" in _words(page)
    assert "page 1" in _words(page), "pages outlast the question"


def test_suggestions_know_misspellings_and_other_titles(client: TestClient) -> None:
    (first, *_) = client.get("/roles", params={"q": "debt colector"}).json()["roles"]
    assert first["title"] == "Collections Specialist"
    by_other_title = client.get("/roles", params={"q": "collection agent"}).json()["roles"]
    assert {"id": "collections-specialist", "title": "Collections Specialist", "also": "collection agent"} in [
        {**role, "also": role["also"].lower()} for role in by_other_title
    ]


def test_role_of_a_folder_of_ones_own_is_known(tmp_path: Path) -> None:
    (tmp_path / "keeper.toml").write_text(
        'id = "bee-keeper"\ntitle = "Bee Keeper"\n[hard]\nessential = ["Swarm Control"]\n', encoding="utf-8"
    )
    with _client(Settings(folders=(str(tmp_path),)), workers=1) as client:
        token = _hidden(client.get("/").text, "token")
        answer = client.post("/report", data={"token": token, "role": "bee keeper", "text": "Skills\nSwarm control"})
    assert "Coverage 100 %" in _words(answer.text)


# Editing, comparing, saving


def test_edit_tells_what_it_won_and_lost(client: TestClient, token: str) -> None:
    page = _report(client, token, text="Skills\nAccounts receivable\nSkip tracing, MS Excel")
    sent = {"token": token, "role": ROLE, "carried": _hidden(page, "carried"), "before": _hidden(page, "before")}
    text = "Skills\nAccounts receivable\nSkip tracing, bookkeeping"
    answer = client.post("/edit", data={**sent, "text": text}).json()
    assert answer["coverage"] == skillgap.analyze(Resume.from_text(text), ROLE).coverage
    said = _words(answer["status"])
    assert re.search(r"Won: .*Bookkeeping", said)
    assert re.search(r"Lost: .*MS Excel", said)
    marked = [text[start:end].lower() for start, end, _, _ in answer["marks"]]
    assert "bookkeeping" in marked
    assert "sg-report" in answer["report"]


def test_edit_without_a_change_changes_nothing(client: TestClient, token: str) -> None:
    page = client.post("/report", data={"token": token, "role": ROLE}, files={"file": ("cv.pdf", MARIA)}).text
    from lxml import html

    (area,) = html.fromstring(page).xpath("//textarea[@name='text']")
    sent = {"token": token, "role": ROLE, "carried": _hidden(page, "carried"), "before": _hidden(page, "before")}
    answer = client.post("/edit", data={**sent, "text": area.text.removeprefix("\n").replace("\n", "\r\n")}).json()
    assert "nothing changed" in answer["status"]
    assert "page 1" in _words(answer["report"])


def test_edit_to_nothing_is_said(client: TestClient, token: str) -> None:
    page = _report(client, token, text="Skills\nMS Excel")
    answer = client.post("/edit", data={"token": token, "role": ROLE, "carried": _hidden(page, "carried"), "text": " "})
    assert answer.status_code == 422
    assert answer.json()["error"]


def test_newer_file_is_compared_with_the_version_before(client: TestClient, token: str) -> None:
    before = _hidden(_report(client, token, text="Skills\nMS Excel, skip tracing"), "before")
    newer = {"file": ("newer.txt", b"Skills\nSkip tracing, bookkeeping")}
    said = _words(client.post("/report", data={"token": token, "role": ROLE, "before": before}, files=newer).text)
    assert re.search(r"Won: .*Bookkeeping.*Lost: .*MS Excel", said)


def test_versions_against_different_roles_are_not_compared(client: TestClient, token: str) -> None:
    before = _hidden(_report(client, token, text="Skills\nMS Excel"), "before")
    page = _report(client, token, text="Skills\nMS Excel", role="registered nurse", before=before)
    assert "was" not in _words(page).split("Report on this text")[0].split("Coverage")[1].split()


def test_saved_json_is_the_report_of_the_file_itself(client: TestClient, token: str) -> None:
    page = client.post("/report", data={"token": token, "role": ROLE}, files={"file": ("Zoë cv.pdf", MARIA)}).text
    saved = client.post("/download/json", data={"token": token, "role": ROLE, "carried": _hidden(page, "carried")})
    expected = json.loads(skillgap.analyze(MARIA, ROLE).to_json())
    assert saved.json() == {**expected, "source": "Zoë cv.pdf"}
    assert saved.headers["content-disposition"] == (
        "attachment; filename=\"Zo_ cv-skillgap.json\"; filename*=UTF-8''Zo%C3%AB%20cv-skillgap.json"
    )


def test_saved_html_is_of_the_edited_text(client: TestClient, token: str) -> None:
    page = _report(client, token, text="Skills\nMS Excel")
    sent = {"token": token, "role": ROLE, "carried": _hidden(page, "carried"), "text": "Skills\nSkip tracing"}
    saved = client.post("/download/html", data=sent)
    assert saved.headers["content-type"] == "text/html; charset=utf-8"
    assert saved.text.startswith("<!DOCTYPE html>")
    assert "Skip tracing" in saved.text
    assert client.post("/download/exe", data=sent).status_code == 404


def test_hidden_text_is_not_there_to_be_edited() -> None:
    text = "Skills\nMS Excel\nBookkeeping\nPayroll"
    start = text.index("Bookkeeping")
    resume = replace(
        Resume.from_text(text), hidden=(HiddenText(start, start + len("Bookkeeping"), None, "it is white on white"),)
    )
    assert visible_text(resume) == "Skills\nMS Excel\nPayroll"


# Whom it refuses


def _with_headers(client: TestClient, path: str = "/report", **headers: str) -> int:
    data = {"token": _hidden(client.get("/").text, "token"), "role": ROLE, "text": "Skills\nMS Excel"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(path, data=data, headers=named).status_code


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1", "127.0.0.1:80", "", "localhost:1"])
def test_other_hosts_are_refused(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 421
    assert _with_headers(client, host=host) == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:8765"])
def test_other_origins_are_refused(client: TestClient, origin: str) -> None:
    assert _with_headers(client, origin=origin) == 403
    assert _with_headers(client, "/edit", origin=origin) == 403


def test_own_names_are_answered(client: TestClient) -> None:
    assert client.get("/", headers={"host": "localhost:8765"}).status_code == 200
    assert _with_headers(client, origin="http://127.0.0.1:8765", sec_fetch_site="same-origin") == 200
    assert _with_headers(client, origin="http://localhost:8765", host="localhost:8765") == 200


def test_other_pages_may_link_to_the_first_page_and_to_nothing_else(client: TestClient) -> None:
    foreign = {"sec-fetch-site": "cross-site"}
    assert client.get("/", headers=foreign).status_code == 200
    for path in ("/roles?q=clerk", "/ready", "/static/page.js"):
        assert client.get(path, headers=foreign).status_code == 403
    assert _with_headers(client, sec_fetch_site="cross-site") == 403


@pytest.mark.parametrize("path", ["/report", "/edit", "/download/json"])
@pytest.mark.parametrize("token", ["", "wrong", "é"])
def test_form_without_the_token_is_refused(client: TestClient, path: str, token: str) -> None:
    answer = client.post(path, data={"token": token, "role": ROLE, "text": "Skills\nMS Excel"})
    assert answer.status_code == 403
    assert "MS Excel" not in answer.text


def test_token_is_another_with_every_start() -> None:
    from skillgap.web.app import _Page

    tokens = {_Page(ADDRESS, Settings(), 1)._token for _ in range(3)}
    assert len(tokens) == 3


def test_answers_to_get_alone_change_nothing(client: TestClient) -> None:
    for path in ("/report", "/edit", "/download/html"):
        assert client.get(path).status_code == 405
    for method in ("PUT", "DELETE", "OPTIONS"):
        assert client.request(method, "/").status_code == 405


@pytest.mark.parametrize("path", ["/", "/nothing", "/static/page.css", "/static/../app.py", "/static/app.py", "/roles"])
def test_every_answer_is_confined(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "set-cookie" not in answer.headers
    assert answer.status_code == (404 if path in ("/nothing", "/static/../app.py", "/static/app.py") else 200)


def test_refusals_are_confined_too(client: TestClient) -> None:
    for answer in (client.get("/", headers={"host": "evil"}), client.post("/report", data={"token": "x"})):
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_policy_lets_no_inline_script_or_style_run() -> None:
    policy = HEADERS["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_pages_hold_no_inline_script_or_style_and_load_nothing_from_elsewhere(client: TestClient, token: str) -> None:
    from lxml import html

    answer = client.post("/report", data={"token": token, "role": ROLE}, files={"file": ("cv.pdf", MARIA)})
    for page in (client.get("/").text, answer.text):
        tree = html.fromstring(page)
        assert not tree.xpath("//@style | //style | //script[not(@src)] | //@*[starts-with(name(), 'on')]")
        assert all(value.startswith(("/", "#")) for value in tree.xpath("//@src | //@href | //@action | //@formaction"))


def test_pages_are_valid_html(client: TestClient, token: str) -> None:
    import html5lib

    sent = {"token": token, "role": ROLE}
    carried = _hidden(_report(client, token, text="Skills\nMS Excel"), "carried")
    before = _hidden(_report(client, token, text="Skills\nSkip tracing"), "before")
    pages = [
        client.get("/"),
        client.get("/nothing"),
        client.post("/report", data=sent),
        client.post("/report", data={**sent, "carried": carried, "before": before}),
        client.post("/report", data={"token": token, "carried": carried, "posting": POSTING}),
        client.post("/report", data={**sent, "role": "chief of tea", "carried": carried, "before": before}),
        client.post("/report", data=sent, files=[("file", ("a.pdf", MARIA)), ("file", ("b.pdf", b""))]),
    ]
    for page in pages:
        html5lib.HTMLParser(strict=True).parse(page.text)
        ids = re.findall(r'\sid="([^"]+)"', page.text)
        assert len(ids) == len(set(ids))


# What it takes


def test_name_of_a_role_file_is_not_opened(client: TestClient, token: str, tmp_path: Path) -> None:
    path = tmp_path / "secret.toml"
    path.write_text('id = "s"\ntitle = "Zanzibar"\n[hard]\nessential = ["MS Excel"]\n', encoding="utf-8")
    answer = client.post("/report", data={"token": token, "role": str(path), "text": "Skills\nMS Excel"})
    assert answer.status_code == 422
    assert "Zanzibar" not in answer.text
    assert client.get("/roles", params={"q": str(path)}).status_code == 200


def test_path_in_place_of_a_posting_is_not_opened(client: TestClient, token: str, tmp_path: Path) -> None:
    path = tmp_path / "posting.txt"
    path.write_text(POSTING, encoding="utf-8")
    answer = client.post("/report", data={"token": token, "posting": str(path), "text": "Skills\nMS Excel"})
    assert answer.status_code == 422
    assert "Payroll Clerk" not in answer.text


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 422),
        (b"\n \n", 422),
        (MARIA[:900], 422),
        (DANA[:2000], 422),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), 422),
        (b"\x7fELF" + bytes(200), 415),
        (b"MZ" + bytes(200), 415),
    ],
)
def test_bad_file_gives_a_sentence_and_the_form_again(client: TestClient, token: str, data: bytes, status: int) -> None:
    answer = client.post("/report", data={"token": token, "role": ROLE}, files={"file": ("bad.pdf", data)})
    assert answer.status_code == status
    said = _words(answer.text)
    assert "That did not work" in said
    assert "bad.pdf: " in said
    assert "Traceback" not in said
    assert "Show the report" in said
    assert f'value="{ROLE}"' in answer.text, "the role is still there"


@pytest.mark.parametrize(
    "carried", ["{}", "[]", "x", "null", '[1,"text",null,"pdf","x",[[1,0,99999]],[],[],[],[],[],[]]']
)
def test_page_that_was_tampered_with_is_refused(client: TestClient, token: str, carried: str) -> None:
    answer = client.post("/report", data={"token": token, "role": ROLE, "carried": carried})
    assert answer.status_code == 400
    assert "out of date" in answer.text


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data", ""])
def test_what_is_no_form_is_refused(client: TestClient, kind: str) -> None:
    assert client.post("/report", content=b"{}", headers={"content-type": kind}).status_code == 400


def test_too_many_files_are_refused(client: TestClient, token: str) -> None:
    files = [("file", (f"{n}.txt", b"Skills")) for n in range(21)]
    answer = client.post("/report", data={"token": token, "role": ROLE}, files=files)
    assert answer.status_code == 400
    assert "more than 20 files" in answer.text


def test_limits_hold() -> None:
    settings = Settings(limits=Limits(file_bytes=100_000, pages=1, characters=2_000))
    with _client(settings, workers=1) as client:
        token = _hidden(client.get("/").text, "token")
        sent = {"token": token, "role": ROLE}
        large_file = client.post("/report", data=sent, files={"file": ("cv.txt", b"word " * 25_000)})
        assert large_file.status_code == 413
        assert "over the limit" in large_file.text
        long_text = client.post("/report", data=sent, files={"file": ("cv.txt", b"word " * 1_000)})
        assert long_text.status_code == 413
        large_body = client.post("/report", data=sent, files={"file": ("cv.txt", b"word " * 50_000)})
        assert large_body.status_code == 413
        assert "in one go" in large_body.text

        def endless() -> Iterator[bytes]:
            yield b'--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n'
            for _ in range(100):
                yield bytes(10_000)

        kind = {"content-type": "multipart/form-data; boundary=x"}
        assert client.post("/report", content=endless(), headers=kind).status_code == 413


SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_markup_in_whatever_is_sent_is_shown_as_text(client: TestClient, token: str) -> None:
    from lxml import html

    text = f"Skills\nMS Excel {SCRIPT}\nskip tracing =cmd() {SCRIPT}"
    pages = [
        client.post("/report", data={"token": token, "role": ROLE}, files={"file": (f"{SCRIPT}.txt", text.encode())}),
        client.post("/report", data={"token": token, "role": SCRIPT, "text": text}),
        client.post("/report", data={"token": token, "role": SCRIPT, "posting": SCRIPT, "text": text}),
        client.post("/report", data={"token": token, "posting": f"{SCRIPT}\n{POSTING}- {SCRIPT}", "text": text}),
        client.post("/report", data={"token": token, "role": ROLE, "carried": SCRIPT, "before": SCRIPT, "text": text}),
        client.post("/report", data={"token": token, "role": ROLE, "before": SCRIPT, "text": text}),
        client.post("/report", data={"token": token, "role": ROLE}, files={"file": (SCRIPT, b"")}),
        client.post(
            "/report",
            data={"token": token, "role": ROLE},
            files=[("file", (SCRIPT, text.encode())), ("file", ("b", b"")), ("file", (SCRIPT, b"\x7fELF"))],
        ),
    ]
    pages.append(
        client.post("/download/html", data={"token": token, "role": ROLE, "text": text}),
    )
    for page in pages:
        assert "<img" not in page.text
        assert "<script>alert" not in page.text
        assert not html.fromstring(page.text).xpath("//@onerror")
    edit = client.post("/edit", data={"token": token, "role": ROLE, "text": text}).json()
    assert "<script" not in edit["report"] + edit["status"]
    assert "alert(1)" in edit["report"]


def test_requests_at_the_same_time_get_their_own_answers(client: TestClient, token: str) -> None:
    files = sorted(RESUMES.iterdir())
    expected = {path.name: round(skillgap.analyze(path, ROLE).coverage * 100) for path in files}

    def ask(path: Path) -> str:
        sent = {"file": (path.name, path.read_bytes())}
        return _words(client.post("/report", data={"token": token, "role": ROLE}, files=sent).text)

    with ThreadPoolExecutor(6) as threads:
        for path, said in zip(files * 2, threads.map(ask, files * 2), strict=True):
            assert f"{path.name} against Collections Specialist Coverage {expected[path.name]} %" in said


def test_file_that_stays_in_memory_is_never_spooled_to_the_disk(
    client: TestClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("written to the disk")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", refuse)
    large = {"file": ("cv.docx", _large_docx())}
    assert client.post("/report", data={"token": token, "role": ROLE}, files=large).status_code == 200
    posted = client.post(
        "/report", data={"token": token, "role": ROLE, "text": "Skills\nMS Excel\n" + "\n" * 3_000_000}
    )
    assert "over the limit" in posted.text


def test_old_word_file_is_refused_where_it_would_need_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")
    monkeypatch.setattr(jobs, "_has_memory_folder", lambda: False)
    with pytest.raises(skillgap.UnsupportedFormatError, match="Save the resume as DOCX or PDF"):
        jobs.make_sheet(Source(name="cv.doc", data=data), Target(ROLE), None)


def test_unforeseen_failure_says_nothing_of_the_resume(
    client: TestClient, token: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("Jane Doe, 12 Elm Street")

    monkeypatch.setattr("skillgap.web.app._find_gap", fail)
    answer = client.post("/report", data={"token": token, "role": ROLE, "text": "Skills\nMS Excel"})
    assert answer.status_code == 500
    printed = capsys.readouterr()
    assert "RuntimeError" in printed.err
    assert "Jane" not in answer.text + printed.err + printed.out
    assert "Traceback" not in printed.err


# Workers


def _run_in_workers(*asked: object, count: int = 1) -> list[object]:
    """What each (job, *args) gives, an error in place of a result; one after the other."""

    async def run() -> list[object]:
        workers = Workers(Settings(limits=Limits(seconds=1.0)), count)
        try:
            await workers.start()
            results = []
            for job, *args in asked:  # type: ignore[misc]
                try:
                    results.append(await workers.run(job, *args))
                except (skillgap.SkillgapError, WorkerError) as error:
                    results.append(error)
            return results
        finally:
            await workers.stop()

    # In a thread: the browser tests may have an event loop running in this one.
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, run()).result()


def test_job_that_hangs_is_ended_and_the_next_one_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skillgap.web.workers._GRACE_SECONDS", 0.2)
    began = time.monotonic()
    hung, crashed, done = _run_in_workers((time.sleep, 60), (os._exit, 7), (os.getpid,))
    assert isinstance(hung, skillgap.ResumeLimitError)
    assert "was stopped" in str(hung)
    assert isinstance(crashed, skillgap.ResumeLimitError)
    assert isinstance(done, int)
    assert time.monotonic() - began < 30


def test_job_that_fails_unforeseen_tells_what_failed_and_not_what_it_read() -> None:
    (failed,) = _run_in_workers((int, "Jane Doe"))
    assert isinstance(failed, WorkerError)
    assert str(failed) == "ValueError in int"


@pytest.mark.skipif(sys.platform == "win32", reason="process groups of other systems")
def test_programs_that_a_job_started_end_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skillgap.web.workers._GRACE_SECONDS", 0.2)
    name = f"3{time.time_ns() % 10**8}"
    _run_in_workers((subprocess.call, ["sleep", name]))
    assert name not in subprocess.run(["ps", "axo", "args"], capture_output=True, text=True, check=True).stdout


def test_worker_that_is_killed_while_idle_is_replaced() -> None:
    async def run() -> None:
        workers = Workers(Settings(), 1)
        try:
            first = await workers.run(os.getpid)
            os.kill(first, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
            while workers._workers[0].process.is_alive:
                await asyncio.sleep(0.01)
            assert await workers.run(os.getpid) != first
        finally:
            await workers.stop()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, run()).result()


def test_job_that_wants_all_memory_does_not_get_it() -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux keeps a process to its memory")
    greedy, done = _run_in_workers((bytearray, 3_000_000_000), (os.getpid,))
    assert isinstance(greedy, skillgap.ResumeLimitError)
    assert isinstance(done, int)


# The command


class _Served:
    """`skillgap serve` as people start it."""

    def __init__(self, *args: str, **options: object) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        self.process = subprocess.Popen(  # type: ignore[call-overload]
            [sys.executable, "-m", "skillgap", "serve", "--no-browser", *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            **options,
        )
        self.url = self.process.stdout.readline().strip()

    def stop(self) -> tuple[str, str]:
        self.process.send_signal(signal.SIGINT)
        output, messages = self.process.communicate(timeout=20)
        return output, messages


def _let_no_file_grow() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of other systems")
def test_served_page_reads_large_files_without_writing_any_and_says_nothing_of_them() -> None:
    import httpx2

    served = _Served(preexec_fn=_let_no_file_grow)
    try:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", served.url)
        with httpx2.Client(base_url=served.url, timeout=60, trust_env=False) as client:
            token = _hidden(client.get("/").text, "token")
            for name, data in (("cv.pdf", MARIA), ("cv.docx", _large_docx()), ("cv.pdf", MARIA[:800])):
                answer = client.post("/report", data={"token": token, "role": ROLE}, files={"file": (name, data)})
                assert answer.status_code == (422 if len(data) == 800 else 200), _words(answer.text)
            assert client.get("/", headers={"host": "evil.example"}).status_code == 421
    finally:
        output, messages = served.stop()
    assert served.process.returncode == 0
    assert output == ""
    lines = messages.splitlines()
    assert lines == [
        "skillgap: nothing leaves this machine; Ctrl+C stops the page.",
        "skillgap: stopped; nothing was kept.",
    ]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of other systems")
def test_server_that_is_terminated_ends_in_good_order() -> None:
    served = _Served()
    served.process.terminate()
    _, messages = served.process.communicate(timeout=20)
    assert served.process.returncode == 0
    assert messages.splitlines()[-1] == "skillgap: stopped; nothing was kept."


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_no_process_outlives_the_server() -> None:
    def children() -> list[str]:
        listed = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
        return [pid for pid in listed if b"spawn" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    served = _Served()
    workers = children()
    assert len(workers) >= 2
    served.process.kill()
    served.process.communicate()
    deadline = time.monotonic() + 15
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < deadline, "workers were left behind"
        time.sleep(0.1)


@pytest.mark.slow
def test_workers_that_cannot_start_are_told(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\nif any('spawn_main' in arg for arg in sys.orig_argv): os._exit(3)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "skillgap", "serve", "--no-browser"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))},
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("skillgap: The page cannot start: its worker processes end at once")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.com", ""])
def test_page_is_not_served_to_other_machines(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--no-browser", "--host", host]) == 2
    assert "served to this machine only" in capsys.readouterr().err


def test_engine_that_is_not_installed_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("skillgap.cli.serve.find_spec", lambda _: None)
    assert main(["serve", "--no-browser", "--pdf-engine", "pdfium"]) == 2
    assert "skillgap[fast]" in capsys.readouterr().err


def test_folder_of_roles_that_is_wrong_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--no-browser", "--roles", str(tmp_path / "nowhere")]) == 2
    assert "no such folder" in capsys.readouterr().err


def test_taken_port_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    from skillgap.web.server import open_socket

    with open_socket("localhost", 0) as (_, address):
        assert main(["serve", "--no-browser", "--port", str(address.port)]) == 2
    assert "Choose another" in capsys.readouterr().err


def test_serving_without_the_extra_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("skillgap.web")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "starlette", None)
    monkeypatch.setitem(sys.modules, "starlette.datastructures", None)
    assert main(["serve", "--no-browser"]) == 2
    assert "pip install 'skillgap[web]'" in capsys.readouterr().err


def test_upload_in_a_stream_of_bytes_is_whole(client: TestClient, token: str) -> None:
    sent = {"file": ("cv.pdf", io.BytesIO(MARIA))}
    answer = client.post("/report", data={"token": token, "role": ROLE}, files=sent)
    assert f"Coverage {round(skillgap.analyze(MARIA, ROLE).coverage * 100)} %" in _words(answer.text)


def test_answers_are_sent_at_once() -> None:
    from skillgap.web.server import open_socket

    with open_socket("127.0.0.1", 0) as (listener, _):
        assert listener.proto == socket.IPPROTO_TCP, "asyncio sends small packets at once on such sockets only"
