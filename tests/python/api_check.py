"""The API of a running collector against its own OpenAPI document, by libraries that nobody here wrote.

The document is judged by openapi-spec-validator, every answer by jsonschema, /metrics by the parser of
Prometheus's own Python client.

usage: api_check.py PORT      the collector listens on loopback
"""

import http.client
import json
import sys
import time

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from prometheus_client.openmetrics.parser import text_string_to_metric_families

PORT = int(sys.argv[1])

# Paths that are asked wrongly, and a word of the sentence that says so.
WRONG = [
    ("/api/v1/values?asset=nowhere", "mill"),
    ("/api/v1/values?machine=mill", "asset"),
    ("/api/v1/values?asset=mill&asset=still", "twice"),
    ("/api/v1/site?x=1", "none"),
    ("/api/v1/faults?x", "none"),
    ("/api/v1/stream?from=2026-01-01", "none"),
    ("/api/v1/indicators?from=yesterday", "2026-01-31"),
    ("/api/v1/indicators?from=2026-02-01&to=2026-01-01", "before"),
    ("/api/v1/indicators?from=2026-01-01&to=2026-01-01", "before"),
    ("/api/v1/indicators?from=1900-01-01&to=2026-01-01", "30 years"),
    ("/api/v1/indicators?from=2020-01-01&to=2026-01-01&every=day", "stretches"),
    ("/api/v1/indicators?every=hour", "week"),
]

OWN_NAMES = ["localhost", f"localhost:{PORT}", f"127.0.0.1:{PORT}", "127.0.0.1", f"[::1]:{PORT}"]
STRANGERS = ["evil.example", f"evil.example:{PORT}", f"127.0.0.1.evil.example:{PORT}", "192.168.1.20"]


def ask(path, host=f"127.0.0.1:{PORT}", method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)
    connection.request(method, path, headers={"Host": host, "Connection": "close"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def check(holds, sentence):
    if not holds:
        sys.exit(f"api_check: {sentence}")


def document():
    answer, body = ask("/api/openapi.json")
    check(answer.status == 200, f"the document: {answer.status}")
    read = json.loads(body)
    OpenAPIV31SpecValidator(read).validate()
    return read


def response_of(document, described, status):
    response = described["responses"].get(str(status))
    check(response is not None, f"status {status} is not described")
    name = response.get("$ref", "").rsplit("/", 1)[-1]
    return document["components"]["responses"][name] if name else response


def expect_fit(document, schema, value, what):
    whole = {**schema, "components": document["components"]}
    judge = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for error in judge.iter_errors(value):
        sys.exit(f"api_check: {what}: {error.json_path}: {error.message}")


def expect_described(document, path, described, answer, body):
    """An answer is of a status and kind that the document has, and its body fits."""
    response = response_of(document, described, answer.status)
    kind = answer.headers.get_content_type()
    content = response.get("content", {})
    check(kind in content, f"{path}: {answer.status} of kind {kind} is not described")
    check(answer.headers["X-Content-Type-Options"] == "nosniff", f"{path}: its kind may be guessed")
    check(answer.headers["X-Frame-Options"] == "DENY", f"{path}: it may be framed")
    if kind == "application/json":
        expect_fit(document, content[kind]["schema"], json.loads(body), path)


def expect_examples_fit(document):
    """What the document shows as examples is what it describes."""
    shown = 0
    parts = [part for path in document["paths"].values() for part in path["get"]["responses"].values()]
    for response in parts + list(document["components"]["responses"].values()):
        for kind, content in response.get("content", {}).items():
            if kind == "application/json" and "example" in content:
                expect_fit(document, content["schema"], content["example"], "an example")
                shown += 1
    return shown


def every_path(document):
    for path, methods in document["paths"].items():
        check(list(methods) == ["get"], f"{path}: only GET is described")
        if path == "/api/v1/stream":
            continue
        answer, body = ask(path)
        check(answer.status == 200, f"{path}: {answer.status} {body[:200]!r}")
        expect_described(document, path, methods["get"], answer, body)
    described = document["paths"]["/api/v1/indicators"]["get"]
    for query in ["every=day", "from=2026-01-01T06:30"]:
        answer, body = ask(f"/api/v1/indicators?{query}")
        check(answer.status == 200, f"indicators?{query}: {answer.status} {body[:200]!r}")
        expect_described(document, query, described, answer, body)


def wrong_queries(document):
    for path, word in WRONG:
        answer, body = ask(path)
        check(answer.status == 400, f"{path}: {answer.status}, expected 400")
        described = document["paths"][path.split("?")[0]]["get"]
        expect_described(document, path, described, answer, body)
        sentence = json.loads(body)["error"]
        check(word in sentence, f"{path}: `{word}` is not in: {sentence}")


def strangers(document):
    """A page elsewhere whose name was made to point here asks for its own name."""
    for path, methods in document["paths"].items():
        for host in STRANGERS:
            answer, body = ask(path, host)
            check(answer.status == 403, f"{path} asked of {host}: {answer.status}, expected 403")
            expect_described(document, path, methods["get"], answer, body)
    for host in OWN_NAMES:
        check(ask("/api/v1/site", host)[0].status == 200, f"asked of {host}: refused")


def other_requests(document):
    error = {"$ref": "#/components/schemas/Error"}
    for method, path, status in [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api", 404),
        ("POST", "/api/v1/values", 405),
        ("DELETE", "/health", 405),
    ]:
        answer, body = ask(path, method=method)
        check(answer.status == status, f"{method} {path}: {answer.status}, expected {status}")
        expect_fit(document, error, json.loads(body), path)
    check(b"/api/openapi.json" in ask("/api/v1/nothing")[1], "a wrong path leads nowhere")


def events(seconds):
    """The events of the stream, each with its data, until a time is over."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=seconds)
    connection.request("GET", "/api/v1/stream")
    answer = connection.getresponse()
    check(answer.headers.get_content_type() == "text/event-stream", "the stream is no stream")
    name, until = None, time.monotonic() + seconds
    while time.monotonic() < until:
        line = answer.readline().decode().rstrip("\n")
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))
    connection.close()


def stream(document):
    content = document["paths"]["/api/v1/stream"]["get"]["responses"]["200"]["content"]
    kinds = content["text/event-stream"]["x-events"]
    begun, seen = time.monotonic(), []
    for name, data in events(3):
        check(name in kinds, f"event {name} is not described")
        expect_fit(document, kinds[name], data, f"event {name}")
        seen.append((name, time.monotonic() - begun))
    names = [name for name, _ in seen]
    check(set(names) == set(kinds), f"in three seconds came only {sorted(set(names))}")
    rounds = names.count("values")
    check(2 <= rounds <= 4, f"values came {rounds} times in three seconds")
    return next(at for name, at in seen if name == "values")


def values():
    rows = json.loads(ask("/api/v1/values")[1])["values"]
    read = [row for row in rows if row["value"] is not None]
    return {
        (row["asset"], row["quantity"], str(row["phase"] or ""), row["unit"]): float(row["value"])
        for row in read
    }


def metrics():
    """The figures are those of /api/v1/values, which may have moved while they were asked for."""
    before = values()
    answer, body = ask("/metrics")
    kind = answer.headers["Content-Type"]
    check(kind.startswith("application/openmetrics-text; version=1.0.0"), f"metrics: {kind}")
    families = {family.name: family for family in text_string_to_metric_families(body.decode())}
    after = values()
    shown = families["millwatt_channel_value"].samples
    for sample in shown:
        labels = sample.labels
        key = tuple(labels.get(name, "") for name in ["asset", "quantity", "phase", "unit"])
        low, high = sorted([before[key], after[key]])
        check(low <= sample.value <= high, f"{key}: {sample.value}, not from {low} to {high}")
    check(len(shown) == len(before) > 0, f"{len(shown)} channels of {len(before)} are shown")
    up = {sample.labels["asset"]: sample.value for sample in families["millwatt_meter_up"].samples}
    check(up == {"mill": 1, "still": 0}, f"meters up: {up}")
    for name in ["polls", "faults", "readings_acknowledged", "readings_dropped"]:
        check(families[f"millwatt_{name}"].type == "counter", f"{name} is no counter")
    for name in ["channel_timestamp_seconds", "log_epoch", "log_sequence", "readings_waiting"]:
        check(families[f"millwatt_{name}"].samples, f"{name} is missing")
    check(families["millwatt_build"].samples[0].labels["version"], "no version")
    return len(families), len(shown)


def main():
    described = document()
    examples = expect_examples_fit(described)
    every_path(described)
    wrong_queries(described)
    strangers(described)
    other_requests(described)
    first = stream(described)
    families, channels = metrics()
    paths = len(described["paths"])
    print(f"{paths} paths and {examples} examples fit the document; values after {first:.2f} s in the stream")
    print(f"{families} metrics, {channels} channels with the values of the API")


main()
