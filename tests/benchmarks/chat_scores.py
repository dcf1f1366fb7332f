"""From what came for a question to its scores, and from many of them to a flat summary. Pure; asks nobody."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.benchmarks.chat_claims import sentences
from tests.benchmarks.chat_facts import WORD, Facts
from tests.benchmarks.chat_judge import citations, invented, invented_in_code, judge
from tests.benchmarks.chat_phrases import FORMS, LANGUAGES
from tests.benchmarks.chat_questions import Question
from tests.benchmarks.completion_scores import paired_bootstrap
from tests.benchmarks.result import percentile
from tests.benchmarks.scores import Place

USAGE = ("uses", "callers", "importers")
"""Together they are "usage": who has to do with X."""
Row = Mapping[str, Any]


def first_place(row: Row, facts: Facts, asked: str = "") -> Place | None:
    """What a reader sees first: the first place of an answer from the index, else the first one above the words."""
    said = citations(row["text"], facts, asked)
    if row["origin"] == "index" and said:
        return said[0]
    for places in (row["places"], said, row["references"], row.get("hits", ())):
        if places:
            path, start, end = places[0]
            return path, start, end
    return None


def score(row: Row, question: Question, facts: Facts, condition: str) -> dict[str, Any]:
    """The scores of one answer. A question without an answer has every score that a wrong one has."""
    scored: dict[str, Any] = {"form": question.form, "language": question.language, "pair": question.pair,
                              "reverse": question.reverse, "failed": bool(row.get("failed"))}  # fmt: skip
    if scored["failed"]:
        return scored | {"first": 0.0, "exact": 0.0, "said": 0.0, "named": 0.0, "origin": "", "invented": 0}
    words = condition != "retrieval" or row["origin"] == "index"  # the engine without a model repeats the question
    text = row["text"] if words else ""
    seen = {**row, "text": text, "references": row["references"] if words else ()}
    place = first_place(seen, facts, question.subject)
    right = place is not None and any(target.meets(place) for target in question.targets)
    in_text = citations(text, facts, question.subject)[:1]
    scored |= {
        "origin": row["origin"] if words else "places",
        "first": float(right),
        "exact": float(right and place is not None and _exact(place, facts)),
        "text_first": float(any(target.meets(one) for one in in_text for target in question.targets)),
        **_said(text, question),
        "invented": len(invented(text, facts, question.text)),
        "invented_all": len(invented(text.replace("~~", ""), facts, question.text))
        + len(invented_in_code(text, facts, question.text)),
        "struck": row["struck"],
        "tokens": row["usage"]["prompt_tokens"],
    }
    if not text:
        scored["said"] = scored["first"]
    judged = judge(text, facts, question.subject) if text else []
    scored |= {"claims": len(judged), "claims_right": sum(one.right for one in judged),
               "wrong": [f"{one.text[:200]} -- {one.why}" for one in judged if not one.right]}  # fmt: skip
    gone = [verdict for sentence in _struck(row) for verdict in judge(sentence, facts, question.subject)[:1]]
    scored |= {"struck_judged": len(gone), "struck_rightly": sum(not one.right for one in gone)}
    for key in ("places_ms", "first_word_ms", "total_ms", "first_of_session"):
        if key in row:
            scored[key] = row[key]
    return scored


def _exact(place: Place, facts: Facts) -> bool:
    """Whether a place begins where a definition begins, its decorators and comments or its name."""
    path, start, _ = place
    return any(one.start <= start <= one.line for one in facts.by_path.get(path, ()))


def _said(text: str, question: Question) -> dict[str, float]:
    """`said`: whether the text names something that a good answer says; `named`: the share of it, up to five."""
    if question.form in ("definition", "prose", "importers", "uses"):
        found = [path.rsplit("/", 1)[-1] in text for path in question.expected]
    else:
        words = set(WORD.findall(text)) - set(WORD.findall(question.text))
        found = [any(part in words for part in WORD.findall(name)[-1:]) for name in question.expected]
    return {"said": float(any(found)), "named": min(1.0, sum(found) / max(1, min(5, len(found))))}


def _struck(row: Row) -> list[str]:
    """The sentences that a reader is not to believe: marked in the text, or left out of it where the raw is known."""
    marked = [one.text.replace("~~", "") for one in sentences(row["text"]) if one.marked]
    if not row["struck"] or not row.get("raw"):
        return marked
    shown = _squeezed(row["text"])
    gone = [one.text for one in sentences(row["raw"]) if _squeezed(one.text) not in shown]
    return [*marked, *gone[: row["struck"]]]


def _squeezed(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text).split())


def summarise(summary: dict[str, float], model: str, by: Mapping[str, Mapping[str, Row]]) -> None:
    """Add the keys of one model; `by` has scored answers by condition and question."""
    for condition, rows in by.items():
        if rows:
            _one(summary, f"chat.{model}.{condition}", list(rows.values()), condition)
    for other in ("model", "retrieval"):
        both = [key for key in by.get("all", {}) if key in by.get(other, {})]
        if both:
            gain = paired_bootstrap(
                [by["all"][key]["first"] for key in both], [by[other][key]["first"] for key in both]
            )
            at = f"chat.{model}.all-over-{other}.first"
            summary |= {at: gain.difference, f"{at}_low": gain.low, f"{at}_high": gain.high}


def _one(summary: dict[str, float], at: str, rows: Sequence[Row], condition: str) -> None:
    def put(key: str, values: Iterable[float], how: Any = statistics.fmean) -> None:
        found = list(values)
        if found:
            summary[f"{at}.{key}"] = float(how(found))

    ask = [row for row in rows if not row["failed"]]
    index = [row for row in ask if row["origin"] == "index"]
    model = [row for row in ask if row["origin"] == "model"]
    english = [row for row in rows if row["language"] == "en"]
    summary[f"{at}.n"] = len(rows)
    summary[f"{at}.failed"] = len(rows) - len(ask)
    put("first", (row["first"] for row in rows))
    put("usage_first", (row["first"] for row in english if row["form"] in USAGE))
    for form in FORMS:
        put(f"{form}_first", (row["first"] for row in english if row["form"] == form))
    put("definition_exact", (row["exact"] for row in english if row["form"] == "definition"))
    defined = [row for row in english if row["form"] == "definition" and not row["failed"]]
    put("definition_first_in_text", (row["text_first"] for row in defined))
    for language in ("en", *LANGUAGES):
        put(f"{language}.first", (row["first"] for row in rows if row["language"] == language))
    put("said", (row["said"] for row in rows))
    put("named", (row["named"] for row in rows if row["origin"] in ("index", "model")))
    put("index_share", (row["origin"] == "index" for row in rows))
    _reverse(summary, at, rows)
    for name, some in (("index", index), ("model", model)):
        claims = sum(row["claims"] for row in some)
        if claims:
            summary[f"{at}.statement_right_{name}"] = sum(row["claims_right"] for row in some) / claims
            summary[f"{at}.statements_{name}"] = claims
    if index or model:
        put("invented_unmarked", (row["invented"] for row in [*index, *model]))
        put("invented_per_answer", (row["invented_all"] for row in [*index, *model]))
    put("struck_per_answer", (row["struck"] for row in model))
    gone, rightly = (sum(row[key] for row in model) for key in ("struck_judged", "struck_rightly"))
    if gone:
        summary |= {f"{at}.struck_rightly": rightly / gone, f"{at}.struck_wrongly": 1 - rightly / gone}
    p95, p50 = (lambda values: percentile(values, 95)), (lambda values: percentile(values, 50))
    shown = [row for row in ask if "places_ms" in row or row["origin"] == "index"]
    put("places_p95_ms", (row.get("places_ms", row["total_ms"]) for row in shown), p95)
    # Where nothing of the model's words held, the index's places stand for them: that is no answer of the index.
    put("index_answer_p95_ms", (row["total_ms"] for row in index if not row["tokens"]), p95)
    if condition != "retrieval":
        heard = [row for row in model if "first_word_ms" in row]
        put("first_word_warm_ms", (row["first_word_ms"] for row in heard if not row["first_of_session"]), p50)
        put("first_word_cold_ms", (row["first_word_ms"] for row in heard if row["first_of_session"]), p50)
        put("answer_p50_ms", (row["total_ms"] for row in ask), p50)
        put("model_answer_p50_ms", (row["total_ms"] for row in model), p50)
        put("prompt_tokens", (row["tokens"] for row in model))


def _reverse(summary: dict[str, float], at: str, rows: Sequence[Row]) -> None:
    """How much worse the reverse of a question is answered, over those that were asked both ways."""
    ways: dict[str, dict[bool, list[Row]]] = {}
    for row in rows:
        if row["pair"] and row["language"] == "en":
            ways.setdefault(row["pair"], {}).setdefault(row["reverse"], []).append(row)
    both = [found for found in ways.values() if len(found) == 2]
    if not both:
        return
    for key, name in (("first", "reverse_gap"), ("said", "reverse_gap_said")):
        forward, back = (statistics.fmean(row[key] for found in both for row in found[way]) for way in (False, True))
        summary |= {f"{at}.{name}": forward - back}
        if key == "said":
            summary |= {f"{at}.forward_said": forward, f"{at}.reverse_said": back}
    summary[f"{at}.pairs"] = len(both)
