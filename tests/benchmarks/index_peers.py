"""Index speed beside others on the same repositories: semble, and llama-index's own pipeline. Part of `index`.

semble's model is fetched from a hub, so that a run here is its walker, chunking, tokens and BM25, all its own code, in
an environment of its own; the model would come on top. llama-index's pipeline gets our static embedding and our files,
and its own splitters, document store and SimpleVectorStore. Each runs in one process, imports included, then searches,
then takes in one changed file. Nobody is kept to one process: ours may use a second, as it always does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

from inglenook_indexer.system.location import cache_root

from tests.benchmarks.corpus import DJANGO, source_distribution
from tests.benchmarks.index_scale import PROSE
from tests.benchmarks.million import PACKAGES, wheel
from tests.benchmarks.result import Result, percentile

SEMBLE = "0.7.0"
REPOSITORIES = ("django", "sympy", "bokeh")
"""A framework with many kinds of files; a library of long Python modules; Python with JavaScript and TypeScript."""
WHO = ("inglenook", "semble-bm25", "llama-index-sentence", "llama-index-code")
_ONLY = ("bokeh", "llama-index-code")  # its code splitter gets Python alone, of which there is little

HEAD = """
import json, resource, sys, time
from pathlib import Path
started = time.perf_counter()
root, queries = Path(sys.argv[1]), json.loads(sys.argv[2])
changed = root / "changed_by_the_benchmark.py"
def cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
row = {}
def done(files, chunks):
    row.update(seconds=time.perf_counter() - started, cpu_seconds=cpu(), files=files, chunks=chunks)
    row["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
def searches(search):
    for query in queries:
        search(query)
    row["query_ms"] = []
    for query in queries:
        before = time.perf_counter()
        search(query)
        row["query_ms"].append((time.perf_counter() - before) * 1000)
def changes(change):
    row["change_ms"] = []
    for number in range(5):
        changed.write_text(f"def quokka{number}wombat():\\n    return {number}\\n")
        before = time.perf_counter()
        found = change(f"quokka{number}wombat")
        row["change_ms"].append((time.perf_counter() - before) * 1000)
        assert any(f"quokka{number}wombat" in text for text in found), found
    changed.unlink()
"""
TAIL = "\nsys.stdout.write(json.dumps(row))\n"

OURS = """
from inglenook_indexer import Index
index = Index(root, Path(sys.argv[3]) / "index")
report = index.refresh()
done(report.files, report.chunks)
searches(index.search)
def change(word):
    index.update([changed])
    return [hit.chunk.text for hit in index.search(word, limit=3)]
changes(change)
"""

THEIRS = """
import numpy as np
from semble.index.create import create_index_from_path
from semble.index.index import PreviousIndex
from semble.search import _search_bm25
from semble.types import ContentType
class NoModel:
    dim = 1
    def encode(self, texts, **options):
        return np.zeros((len(texts), 1), np.float32)
kinds = list(ContentType)
bm25, vectors, chunks, manifest = create_index_from_path(root, NoModel(), kinds, display_root=root)
done(len(manifest), len(chunks))
searches(lambda query: _search_bm25(query, bm25, chunks, 10, None))
def change(word):
    global bm25, vectors, chunks, manifest
    before = PreviousIndex(bm25_index=bm25, vectors=vectors.vectors, chunks=chunks, manifest=manifest)
    bm25, vectors, chunks, manifest = create_index_from_path(root, NoModel(), kinds, display_root=root, previous=before)
    return [hit.chunk.content for hit in _search_bm25(word, bm25, chunks, 3, None)]
changes(change)
"""

LLAMA = """
from inglenook_indexer.files.discover import Candidate, walk
from inglenook_indexer.embed.static import StaticEmbedder
from inglenook_indexer.files.read import content
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.node_parser import CodeSplitter, SentenceSplitter
from llama_index.core.schema import Document
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.core.vector_stores import SimpleVectorStore
from llama_index.core.vector_stores.types import VectorStoreQuery
static = StaticEmbedder()
class Static(BaseEmbedding):
    def _get_query_embedding(self, query):
        return static.embed([query])[0].tolist()
    async def _aget_query_embedding(self, query):
        return self._get_query_embedding(query)
    def _get_text_embedding(self, text):
        return static.embed([text])[0].tolist()
    def _get_text_embeddings(self, texts):
        return static.embed(texts).tolist()
documents = []
for one in walk(root):
    text = content(root, one) if isinstance(one, Candidate) else None
    if isinstance(text, tuple) and text[0].strip():
        documents.append(Document(text=text[0], doc_id=one.path, metadata={"path": one.path}))
splitter = SentenceSplitter()
if sys.argv[4] == "code":
    import tree_sitter, tree_sitter_python
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_python.language()))
    python = CodeSplitter(language="python", parser=parser)
    class Both(SentenceSplitter):
        def __call__(self, nodes, **options):
            out = []
            for node in nodes:
                try:
                    own = node.metadata["path"].endswith(".py")
                    out += python([node]) if own else SentenceSplitter.__call__(self, [node])
                except (ValueError, RecursionError):
                    out += SentenceSplitter.__call__(self, [node])
            return out
    splitter = Both()
vectors, store = SimpleVectorStore(), SimpleDocumentStore()
pipeline = IngestionPipeline(
    transformations=[splitter, Static(embed_batch_size=512)], vector_store=vectors, docstore=store,
    docstore_strategy=DocstoreStrategy.UPSERTS, disable_cache=True,
)
nodes = pipeline.run(documents=documents)
texts = {node.node_id: node.text for node in nodes}
done(len(documents), len(nodes))
def search(query):
    found = vectors.query(VectorStoreQuery(query_embedding=Static()._get_query_embedding(query), similarity_top_k=10))
    return [texts[key] for key in found.ids]
searches(search)
def change(word):
    document = Document(text=changed.read_text(), doc_id=changed.name, metadata={"path": changed.name})
    for node in pipeline.run(documents=[document]):
        texts[node.node_id] = node.text
    return search(word)
changes(change)
"""
"""It finds by vectors alone; a changed file is given to it, for it does not look."""


def measure(result: Result) -> None:
    """Add rows and keys `index.REPOSITORY.WHO.*` to `result`."""
    for repository in REPOSITORIES:
        source = source_distribution(*DJANGO) if repository == "django" else wheel(repository, PACKAGES[repository])
        for who in WHO:
            if (repository, who) == _ONLY:
                continue
            row: dict[str, Any] = result.row(f"peer-{repository}-{who}", lambda s=source, w=who: _run(s, w))
            head = f"index.{repository}.{who}"
            result.summary[f"{head}.files_per_s"] = row["files"] / row["seconds"]
            result.summary[f"{head}.chunks_per_s"] = row["chunks"] / row["seconds"]
            result.summary[f"{head}.seconds"] = row["seconds"]
            result.summary[f"{head}.cpu_seconds"] = row["cpu_seconds"]
            result.summary[f"{head}.rss_mb"] = row["rss_mb"]
            result.summary[f"{head}.query_p50_ms"] = percentile(row["query_ms"], 50)
            result.summary[f"{head}.change_to_searchable_p95_ms"] = percentile(row["change_ms"], 95)


def _run(source: Path, who: str) -> dict[str, Any]:
    code = OURS if who == "inglenook" else THEIRS if who == "semble-bm25" else LLAMA
    interpreter = semble() if who == "semble-bm25" else Path(sys.executable)
    with tempfile.TemporaryDirectory(prefix="inglenook-peers-") as scratch:
        root = Path(scratch) / "repository"
        shutil.copytree(source, root, symlinks=True)
        command = [str(interpreter), "-c", HEAD + code + TAIL, str(root), json.dumps(PROSE), scratch]
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH" or who != "semble-bm25"}
        done = subprocess.run(
            [*command, who.rsplit("-", 1)[-1]], stdout=subprocess.PIPE, check=True, env=environment, cwd=scratch
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def semble() -> Path:
    """The interpreter of an environment that holds semble alone, made once beside the cache."""
    home = cache_root() / "peers" / f"semble-{SEMBLE}"
    interpreter = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (home / "made").exists():
        venv.create(home, clear=True, with_pip=True)
        subprocess.run([interpreter, "-m", "pip", "install", "--quiet", f"semble=={SEMBLE}"], check=True)
        (home / "made").touch()
    return interpreter
