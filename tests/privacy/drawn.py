"""What a renderer of Markdown with everything switched on would draw of a text that may act. Knows no chat."""

from __future__ import annotations

from markdown_it import MarkdownIt

ACTING = ("image", "html_inline", "html_block", "link_open")
RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def drawn(text: str) -> list[str]:
    """Pictures, HTML and links, each with its address or its text."""
    found = []
    for block in RENDERER.parse(text):
        for one in (block, *(block.children or ())):
            if one.type in ACTING:
                found.append(f"{one.type} {one.attrs.get('href', one.attrs.get('src', one.content))}")
    return found
