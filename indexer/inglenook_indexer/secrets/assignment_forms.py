"""How a secret-sounding name and its value are written: a table of forms. Pure; knows neither names nor good values.

Each form is matched where the name ends. Every part of it is bounded, and a part that may be long ends for good at its
own closing mark, so looking at a name costs the same wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Proof = Literal["named", "bare", "random"]
"""What the value has to look like: a secret by the name's word; also no code, for it has no quotes; or random."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a value beside its name."""

    begins: str
    """What may follow the name; looked at first, for it is cheap."""
    after: re.Pattern[str]
    """From the end of the name; the group `value` is what may be secret."""
    proof: Proof
    head: re.Pattern[str] | None = None
    """What stands before on the name's line, the name's own beginning included; None: anything."""
    configuration: bool = False
    """Only where a line of configuration or a comment may stand: anything else is code."""
    parts: re.Pattern[str] | None = None
    """How a value goes on that is written in several parts."""
    items: re.Pattern[str] | None = None
    """How the next value of a list is written; the group `column`, if there is one, is the same in all of them."""

    @property
    def quoted(self) -> bool:
        """Whether the value stands in quotes, which end it however long the text is."""
        return "quote" in self.after.groupindex


def _form(
    begins: str,
    after: str,
    proof: Proof,
    head: str | None = None,
    *,
    configuration: bool = False,
    parts: re.Pattern[str] | None = None,
    items: re.Pattern[str] | None = None,
) -> Form:
    before = None if head is None else re.compile(f"(?:{head})$")
    return Form(begins, re.compile(after), proof, before, configuration, parts, items)


_END = r"(?=[\r\n]|\Z)"
_KEY_END = r"(?:\\?[\"'])?\]?"  # closes a name that is a string or an item
_TYPE = r"(?::\s{0,2}[\w<>&'|\[\] ]{1,30}?\s{0,2})?"
_SET = r"(?:=>|:=|[:=])"
_PREFIX = r"[rbufN@L]{0,2}"  # of a literal
_LITERAL = _PREFIX + r"(?P<quote>\\?(?:\"\"\"|'''|[\"'`]))(?P<value>[^\"'`\r\n]{4,8192}?)(?:(?P=quote)|" + _END + ")"
_CLOSED = _PREFIX + r"(?P<quote>\\?[\"'`])(?P<value>[^\"'`\r\n]{4,8192}?)(?P=quote)"
_NEXT_LITERAL = re.compile(
    r"[\s+.&\\]{1,80}" + _PREFIX + r"(?P<quote>\\?[\"'`])(?P<value>[^\"'`\r\n]{1,8192}?)(?P=quote)"
)
_NEXT_LINE = re.compile(r"(?:\r\n?|\n)[ \t]{1,60}(?P<value>[^\s#{}<>]{4,512}+)[ \t]{0,8}" + _END)
_ITEM = r"(?:[\"']?[\w.@ -]{1,80}+[\"']?\s{0,4}(?:=>|:)\s{0,4})?" + _CLOSED
_LIST = r"(?:\[\]\w{1,20}|map\[\w{1,20}\]\w{1,20}|(?:List|Set|Arrays)\.(?:of|asList)|new \w{1,20}\[\])?[\[({]\s{0,60}"
_NEXT_ITEM = re.compile(r"\s{0,4},\s{0,60}" + _ITEM)
_ROW = re.compile(
    r"[ \t]{0,8}(?:\r\n?|\n)(?P<column>[ \t]{0,60}+)"
    r"(?:-[ \t]{1,4}|(?:-[ \t]{1,4})?(?<=[ \t])[\"']?[\w.@-]{1,60}[\"']?:[ \t]{1,4})"
    r"[\"']?(?P<value>[^\s\"'`#,{}<>\[\]&*]{6,512}+)[\"']?[ \t]{0,8}" + _END
)
"""Of a list or a map: `"V"` or `alice: "V"` in brackets, `- V` or `alice: V` on lines of their own."""
_UNQUOTED = r"(?P<value>[^\s\"'`#,;(){}\[\]<>$\\]{6,8192}+)"
_ASKED = (
    r"[\w.$>:-]{0,60}(?:env|get|pop|opt|config|setting|default|propert|param)\w{0,20}!?\(\s{0,20}"
    r"[\"'][^\"'\r\n]{1,80}[\"']\s{0,4},\s{0,20}"
)
_ELSE = r"(?:[^\r\n\"'`;,|?]|[\"'][\w.-]{1,60}[\"']){1,100}?(?:\|\||\?\?|\?:|\bor\b)\s{0,20}"
_MADE = (
    r"(?:\[\]byte\(|(?:(?:new|await)\s|&)?(?=[\w.:]{1,90}+!?\()[\w.:]{0,60}?(?i:secret|field|hex|byte|64|str|decode|"
    r"encode|from|text|pass|cred|key|token|some|value|buffer|literal)[\w.]{0,30}!?\()\s{0,20}(?:default\s?=\s?)?"
)
_QUOTE_NEAR = r"(?=[^\"'`;]{0,200}+[\"'`])"  # spares a closer look
_NAME_KEY = r"(?i:name|key)[\"']?\s{0,4}(?:=>|[:=])\s{0,4}[\"']?[\w.-]{0,60}"
_VALUE_KEY = r"[\"']?(?i:\w{0,20}(?:value|default|content))[\"']?"
"""What may stand around the literal: a look-up with a default, another value to be tried first, a type that wraps."""

FORMS = (
    # tokens = ["V", "V"], ("V", "V"), {"alice": "V"}, []string{"V"}
    _form("\\\"'`]:= \t\r\n", _KEY_END + r"\s{0,4}" + _TYPE + _SET + r"\s{0,4}" + _LIST + _ITEM
          + r"(?=\s{0,60}[,\])}])", "random", items=_NEXT_ITEM),
    # password = "V", "password": "V", password => 'V', password: str = ("V" "V")
    _form("\\\"'`]:= \t\r\n", _KEY_END + r"\s{0,4}" + _TYPE + _SET + r"[\s(\\]{0,60}" + _LITERAL, "named",
          parts=_NEXT_LITERAL),
    # password = getenv("X", "V"), env.X || "V", SecretStr("V"), bytes.fromhex("V")
    _form("\"'`]:= \t", _KEY_END + r"\s{0,4}" + _TYPE + _SET
          + rf"{_QUOTE_NEAR}\s{{0,4}}(?:{_ASKED}|{_ELSE}|(?:{_MADE}){{1,3}})" + _CLOSED,
          "random"),
    # setPassword("V"), builder.password("V"), = PASSWORD("V"), std::string password("V")
    _form("({", r"[({]\s{0,60}" + _CLOSED, "random",
          r"(?i:set|with|use)_?\w{0,20}|(?:\.|->|=\s{0,2})|\bstring\s{1,4}\w{0,60}"),
    # char password[] = "V", tokens["alice"] = "V"
    _form("[", r"\[[\"']?[\w.-]{0,40}[\"']?\]\s{0,4}=\s{0,4}" + _CLOSED, "named"),
    # var password string = "V"
    _form(" \t", r"[ \t]{1,8}\*?string[ \t]{1,8}=\s{0,4}" + _CLOSED, "named"),
    # add_argument("--token", default="V")
    _form("\"'", r"[\"']\s{0,2},[^()]{0,300}?\bdefault\s{0,2}=\s{0,2}" + _CLOSED, "random", r"[\"']--?[\w-]{0,60}"),
    # password == "V", password.equals("V")
    _form("\"'`]=!. \t", _KEY_END + r"\s{0,4}(?:[=!]==?|\.equals\(|-c?eq\b)\s{0,4}" + _CLOSED, "random"),
    # define('PASSWORD', 'V'), setProperty("password", "V")
    _form("\\\"'`", r"\\?[\"'`]\s{0,2},\s{0,40}" + _CLOSED, "random"),
    # #define PASSWORD "V", (setq password "V"), IDENTIFIED BY 'V'
    _form(" \t", r"[ \t]{1,40}(?:-\w{1,12}[ \t])?" + _CLOSED, "random"),
    # IDENTIFIED WITH plugin BY 'V'
    _form(" \t", r"[ \t]{1,4}\w{1,40}[ \t]{1,4}(?i:by|as)[ \t]{1,4}" + _CLOSED, "random"),
    # ${PASSWORD:-V}, ${db.password:V}
    _form(":", r":[-=+?]?(?P<value>[^}\s\"'`$]{4,256}+)\}", "bare", r"[$#]\{[\w.-]{0,80}"),
    # variable "password" { default = "V" }
    _form('"', r"\"\s{0,4}\{[^{}]{0,600}?\bdefault\s{0,9}=\s{0,9}" + _CLOSED, "named",
          r"variable\s{1,9}\"[\w-]{0,60}"),
    # password: >-  and V on lines of its own
    _form("\"':", r"[\"']?:[ \t]{0,4}[>|][+-]?\d?[ \t]{0,8}(?=[\r\n])" + _NEXT_LINE.pattern, "random",
          parts=_NEXT_LINE),
    # tokens:   and - V on lines of their own, or alice: V
    _form("\"':", r"[\"']?:" + _ROW.pattern, "random", r"^[ \t-]{0,80}[\"']?[\w.-]{0,80}", items=_ROW),
    # {"name": "PASSWORD", "value": "V"}
    _form("\"'`,} \t\r\n", r"[\"'`]?[,;]?\s{1,40}" + _VALUE_KEY + r"\s{0,4}" + _SET + r"\s{0,4}" + _CLOSED, "named",
          _NAME_KEY),
    # - name: PASSWORD
    #   value: V
    _form("\"' \t\r\n", r"[\"']?[ \t]{0,4}\r?\n[ \t]{0,60}" + _VALUE_KEY + r":[ \t]{1,4}" + _UNQUOTED + _END, "bare",
          _NAME_KEY),
    # <key>password</key><string>V</string>
    _form("<", r"</[\w-]{1,20}>\s{0,40}<[\w-]{1,20}>\s{0,40}(?P<value>[^<>\s]{4,512}+)\s{0,40}</", "named",
          r"<[\w-]{0,20}(?i:key|name)>[\w. -]{0,60}"),
    # <password>V</password>
    _form(">", r">\s{0,40}(?P<value>[^<>\s]{6,512}+)\s{0,40}</", "named"),
    # PASSWORD=V, password: V
    _form("\"'\\:=?+ \t", r"(?:\\?[\"'])?[ \t]{0,40}[:?+]?[:=][ \t]{0,40}" + _UNQUOTED
          + r"(?=[ \t]{0,40}(?:[\r\n]|\Z|\\[nr]|[\"',;#]))",
          "bare", configuration=True),
    # password: &anchor V, password: !!str V
    _form("\"':", r"[\"']?:[ \t]{1,8}(?:&[\w-]{1,40}|!!?\w{1,20})[ \t]{1,8}[\"']?" + _UNQUOTED
          + r"[\"']?(?=[ \t]{0,40}(?:[\r\n]|\Z|#))", "bare", configuration=True),
    # {user: app, password: V}
    _form(":", r":[ \t]{1,4}(?P<value>[^\s\"'`,{}\[\]#]{6,512}+)(?=[ \t]{0,4}[,}])", "random",
          r"\{[^{}\"'()]{0,160}"),
    # ENV HOST=db PASSWORD=V TOKEN=V
    _form("=", r"=[\"']?" + _UNQUOTED + r"(?=[\"']?[ \t]{0,8}(?:[ \t\r\n]|\Z))", "bare",
          r"^[ \t]{0,40}(?:ENV|ARG|env|export)[ \t].{1,160}[ \t][\w.-]{0,80}"),
    # -H "PRIVATE-TOKEN: V"
    _form(":", r":[ \t]{1,4}(?P<value>[^\s\"'`$<>{}]{8,512}+)(?=[\"'])", "random", r"[\"'][\w-]{0,60}"),
    # PASSWORD=V ./run
    _form("=", "=" + _UNQUOTED + r"(?=[ \t])", "bare", configuration=True),
    # PASSWORD=V with signs in it that code has as well
    _form("=:", r"(?:=|:[ \t])(?P<value>[^\s\"'`]{6,512}+)(?=[ \t]{0,40}(?:[\r\n]|\Z))", "random",
          r"^[\s\ufeff-]{0,80}(?:export\s)?[\w.-]{0,80}"),
    # Server=db;Password=V;
    _form("= \t", r"[ \t]{0,4}=[ \t]{0,4}(?P<value>[^\s;,\"'`<>{}()\[\]$]{4,512}+)(?=[;\"'`])", "bare"),
    # <add key="password" value="V"/>
    _form("\"'", r"[\"']\s{1,4}(?:value|content)\s?=\s?[\"'](?P<value>[^\"'<>]{6,512}+)[\"']", "named"),
    # --password=V, --token V
    _form("= \t", r"(?:=|[ \t]{1,8})[\"']?(?P<value>[^\s\"'`$<>|&;()\[\]{}]{6,512}+)", "bare",
          r"(?:^|\s)--?[\w-]{0,80}"),
    # ENV PASSWORD V
    _form(" \t", r"[ \t]{1,8}(?P<value>[^\s\"'`$#<>]{6,512}+)[ \t]{0,8}" + _END, "bare",
          r"^[ \t]{0,40}(?:ENV|ARG|setenv|machine .{0,120}|login .{0,120})[ \t]{1,8}[\w.-]{0,80}"),
    # requirepass V
    _form(" \t", r"[ \t]{1,8}(?P<value>[^\s\"'`$#<>]{8,512}+)[ \t]{0,8}" + _END, "random",
          r"^[ \t]{0,40}(?:#[ \t]{0,4}define[ \t]{1,8})?[\w.-]{0,40}"),
    # CREATE USER app IDENTIFIED BY V;
    _form(" \t", r"[ \t]{1,8}(?P<value>[^\s\"'`$#<>;]{8,512}+)(?=[ \t]{0,4};)", "random",
          r"(?i:\b(?:create|alter)[ \t].{1,150})"),
)  # fmt: skip
"""In the order in which they are tried."""


def by_beginning(forms: Iterable[Form]) -> dict[str, tuple[Form, ...]]:
    """What follows a name -> the forms to try there."""
    table: dict[str, list[Form]] = {}
    for form in forms:
        for one in form.begins:
            table.setdefault(one, []).append(form)
    return {one: tuple(forms) for one, forms in table.items()}
