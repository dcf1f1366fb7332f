"""What an announcement says of the names that follow it: "The subclasses of `Pool` are:", and a list of names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inglenook_server.chat.claims import ties
from inglenook_server.chat.claims.ground import Ground
from inglenook_server.chat.claims.mentions import Mention
from inglenook_server.chat.claims.relations import Relation, skeleton, wrong

_OF = r"(?: \w+){0,2} (?:of|in|on|from|inside|within)(?: the| a| an| class| file| module)* "
_NAME = "\x01(\\d+)\x02"
_SUBCLASSES = re.compile(rf"(?:sub-?classes|(?:derived|child) classes) of(?: the| class)* {_NAME}", re.I)
_MEMBERS = re.compile(rf"(?:methods|attributes|properties|fields|members){_OF}{_NAME}", re.I)
_CONTENTS = re.compile(rf"(?:classes|functions|exceptions|methods|names|constants|variables|types){_OF}\.\.\.", re.I)
_ARE = re.compile(
    rf"(?: class)?(?: are| is| include| includes)(?: the| following)*:? ((?:{_NAME}(?:, and |, | and )?)+)"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """`kind` is "inherits" (from what is named), "holds" (what is named does) or "in" (the file that is named)."""

    kind: str
    of: Mention

    def wrong(self, items: Sequence[Mention], ground: Ground) -> str:
        """Why one of the names that follow does not fit, in a sentence; empty where all may."""
        names = [one for one in items if one.kind == "name"]
        if self.kind == "in":
            for name in names:
                if ties.mend(iter([ties.Tie(name, self.of, "in")]), [self.of], ground):
                    return f"`{name.text}` is not in {self.of.text}."
            return ""
        return wrong(self._relations(names), ground)

    def _relations(self, names: Sequence[Mention]) -> Iterator[Relation]:
        for name in names:
            yield Relation(self.kind, *(((name,), self.of) if self.kind == "inherits" else ((self.of,), name)))


def find(sentence: str, mentions: Sequence[Mention]) -> tuple[Frame | None, list[Mention]]:
    """What a sentence announces, and the names that it goes on with itself."""
    said = skeleton(sentence, mentions)
    for kind, pattern in (("inherits", _SUBCLASSES), ("holds", _MEMBERS)):
        match = pattern.search(said)
        if match:
            more = _ARE.match(said, match.end())
            listed = re.findall(r"\x01(\d+)\x02", more[1]) if more else []
            return Frame(kind, mentions[int(match[1])]), [mentions[int(number)] for number in listed]
    files = [one for one in mentions if one.kind == "path"]
    return (Frame("in", files[0]) if len(files) == 1 and _CONTENTS.search(said) else None), []
