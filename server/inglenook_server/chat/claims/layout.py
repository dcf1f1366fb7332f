"""Sentences that are shown, put together again: blanks, marks of lists, paragraphs. Pure; checks nothing."""

from __future__ import annotations

from inglenook_server.chat.claims.sentences import Unit


class Layout:
    """Puts one answer together. Blanks are written with what follows them, so that none stand at an end."""

    def __init__(self) -> None:
        self._blanks = ""
        self._begun = False
        """Whether anything was shown."""
        self._lead = ""
        """The mark of a line of which nothing has been shown yet."""
        self._intro = ""
        """What is shown with what it announces, or not at all."""
        self._left_out = False
        """Whether something was left out since the announcement."""

    def show(self, unit: Unit, text: str) -> str:
        """What may be written now that a unit is shown as `text`. A line that ends with a colon waits for the next."""
        if text.rstrip().endswith(":") and not unit.code and "\n" in unit.tail:
            self.announce(unit, text)
            return ""
        lead = self._next_lead(unit)
        if self._left_out and not (unit.code or lead.strip()):
            self._intro = ""  # what it announced was left out
        before = self._blanks if self._begun or self._intro else ""
        written = f"{self._intro}{before}{lead}{text}"
        self._intro, self._left_out, self._begun = "", False, True
        self._blanks = unit.tail
        return written

    def announce(self, unit: Unit, text: str) -> None:
        """Show this with the next unit that is shown, if there is one."""
        if self._left_out:
            self._intro = ""
        before = self._blanks if self._begun or self._intro else ""
        self._intro += f"{before}{self._next_lead(unit)}{text}"
        self._blanks, self._left_out = unit.tail, False

    def leave_out(self, unit: Unit) -> None:
        """Nothing of a unit is shown."""
        self._left_out = True
        ends = "\n" in unit.tail
        self._lead = "" if ends else unit.lead or self._lead
        if ends and "\n" not in self._blanks:
            self._blanks = "\n"

    def blank_line(self) -> None:
        """A line without anything."""
        if self._blanks.count("\n") < 2:
            self._blanks += "\n"

    def _next_lead(self, unit: Unit) -> str:
        lead, self._lead = unit.lead or self._lead, ""
        return lead
