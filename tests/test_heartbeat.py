"""The monitor is told how a run ended: a loopback server that notes what it is sent."""

import json
import socket
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest
from crawling import Answer, crawl_arguments, error_line, path_of, scrapy, small_site
from scrapy.settings import Settings

from crawler import heartbeat


@contextmanager
def monitor():
    """The address of a monitor, and what it was told: (method, path, body)."""
    told = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            told.append((self.command, self.path, body))
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", told
        server.shutdown()
        thread.join()


def crawl(site, data, address):
    told = ["-s", f"HEARTBEAT_URL={address}/beat", "-s", f"FAILURE_URL={address}/alarm"]
    return scrapy(*crawl_arguments(site), *told, data=data)


def test_a_finished_crawl_beats_once(tmp_path):
    with small_site() as site, monitor() as (address, told):
        assert crawl(site, tmp_path, address).returncode == 0
    assert told == [("GET", "/beat", "")]


def test_a_failed_crawl_and_a_refused_publishing_say_why(tmp_path):
    with small_site() as site, monitor() as (address, told):
        site.pages |= {path_of(number): Answer("busy", 500) for number in (1, 2)}
        assert crawl(site, tmp_path, address).returncode == 1
        assert scrapy("publish", "-s", f"FAILURE_URL={address}/alarm", data=tmp_path).returncode == 1
    assert [(method, path) for method, path, _ in told] == [("POST", "/alarm")] * 2
    messages = [json.loads(body) for _, _, body in told]
    assert messages[0]["what"] == "crawl of shebaowang, run 1"
    assert messages[0]["why"].startswith("2 of 2 articles failed")
    assert messages[1]["what"] == "publish"
    assert "2 of 2 articles failed" in messages[1]["why"]


def test_a_crawl_that_breaks_a_bound_does_not_beat(tmp_path):
    with small_site() as site, monitor() as (address, told):
        empty = "<html><body>" + "<p>今天天气很好,没有别的可说。</p>" * 9 + "</body></html>"
        site.pages |= {path_of(number): empty for number in (1, 2, 3)}
        run = crawl(site, tmp_path, address)
    assert run.returncode == 1
    assert [path for _, path, _ in told] == ["/alarm"], run.stderr


def test_a_crawl_that_cannot_begin_says_so_too(tmp_path):
    (tmp_path / "crawl.db").write_text("no database")
    with small_site() as site, monitor() as (address, told):
        assert crawl(site, tmp_path, address).returncode == 1
        assert site.asked == []
    ((_, path, body),) = told
    message = json.loads(body)
    assert path == "/alarm"
    assert message["what"] == "crawl of shebaowang"
    assert "is not an SQLite database" in message["why"]
    assert message["text"] == f"{message['what']}: {message['why']}"
    assert message["at"].endswith("+08:00")


@contextmanager
def strange_monitor(answer):
    """The address of a server that answers every connection with these bytes, or, without, never."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        end = Event()

        def serve():
            server.settimeout(0.1)
            while not end.is_set():
                with suppress(OSError):
                    connection, _ = server.accept()
                    with connection:
                        connection.sendall(b"" if answer else b"HTTP/1.1 200 OK\r\n")
                        while not answer and not end.wait(0.3):  # a head that never ends
                            connection.sendall(b"X-More: 1\r\n")
                        connection.sendall(answer)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        end.set()
        thread.join()


@pytest.mark.parametrize(("answer", "told"), [(b"what?\r\n\r\n", "what?"), (b"", "within 1 seconds")])
def test_whatever_a_monitor_answers_the_work_goes_on(answer, told, monkeypatch, capsys):
    monkeypatch.setattr(heartbeat, "SECONDS", 1)
    with strange_monitor(answer) as address:
        heartbeat.tell_success(Settings({"HEARTBEAT_URL": address, "BOT_NAME": "x"}))
    assert told in capsys.readouterr().err


def test_a_monitor_that_does_not_answer_changes_nothing(tmp_path):
    with small_site() as site:
        run = crawl(site, tmp_path, "http://127.0.0.1:1")
    assert run.returncode == 0
    assert "Warning: http://127.0.0.1:1/beat was not told: [Errno 111] Connection refused" in run.stderr


@pytest.mark.parametrize("name", ["HEARTBEAT_URL", "FAILURE_URL"])
def test_what_is_no_address_is_told_before_the_crawl(tmp_path, name):
    with small_site() as site:
        run = scrapy(*crawl_arguments(site), "-s", f"{name}=file:///etc/hostname", data=tmp_path)
        assert f"{name} must be a web address" in error_line(run)
        assert site.asked == []
