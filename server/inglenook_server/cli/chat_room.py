"""What is done with each thing that the user says in `inglenook chat`. Knows not where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from inglenook_indexer.errors import IndexerError
from inglenook_indexer.system.memory_limit import ran_out

from inglenook_server.cli.answering import Answering, Printer, as_message, print_end
from inglenook_server.cli.chat_commands import COMMANDS, Command
from inglenook_server.cli.console import complain, complain_of_fault, err, out
from inglenook_server.cli.interrupting import interruptible
from inglenook_server.cli.talk import Talk
from inglenook_server.errors import InglenookError
from inglenook_server.runtime.workers import Worker


@dataclass
class ChatRoom:
    """One user, one engine, and the conversation that is open."""

    answering: Answering
    talk: Talk
    edit: Callable[[str], str | None] | None = None
    """Lets the user change a text; None when they would rather not. None where nobody is there to."""
    asked: str = ""
    """The last question, whether it got an answer or not; empty where the conversation was just opened."""
    answered: bool = True
    """Whether the last question is a part of the conversation."""
    listed: tuple[str, ...] = ()
    """The ids behind the numbers of the last list that was shown."""
    failed: bool = False
    """Whether anything went wrong."""
    _told: str = ""
    """Why the conversation is not kept, as it was said last: it is not said after each answer."""
    _worker: Worker = field(default_factory=lambda: Worker("inglenook-chat"))

    def take(self, said: str) -> bool:
        """Do what is said, or answer it; False when the user leaves. What goes wrong is a sentence."""
        said = said.strip()
        if not said:
            return True
        try:
            if (found := command(said)) is not None:
                return found[0].run(self, found[1])
            self.ask(said)
        except (InglenookError, IndexerError) as error:
            self.fail(error.message, error.mend)
        except Exception as error:
            if ran_out(error):
                raise  # said where nothing more is imported for it
            self.failed = True
            complain_of_fault()
        return True

    def ask(self, question: str, *, instead: bool = False) -> None:
        """Answer a question, `instead` of the last one of the conversation. Ctrl-C stops the answer."""
        self.asked, self.answered = question, instead and self.answered
        history = self.talk.before() if instead else self.talk.said()
        printer = Printer()
        try:
            reply = interruptible(self._worker, lambda cancelled: self.answering(question, history, printer, cancelled))
        finally:
            printer.done()
        stopped = reply.stop_reason == "cancelled"
        if stopped and not reply.text.strip():
            out().print("")
            return
        print_end(reply)
        if stopped:
            err().print("Stopped; /again asks it again.", style="dim")
        problem = self.talk.add(question, as_message(reply), instead=instead)
        self.answered = True
        if problem and problem != self._told:
            err().print(problem, style="yellow")
        self._told = problem

    def opened(self) -> None:
        """Forget what was asked in another conversation."""
        self.asked, self.answered, self._told = "", True, ""

    def fail(self, message: str, mend: str = "") -> None:
        """Say what went wrong."""
        self.failed = True
        complain(message, mend)

    def close(self) -> None:
        """End the thread that answers."""
        self._worker.close()


def command(said: str) -> tuple[Command, str] | None:
    """The terminal's own command that is meant, and what follows it; None for a question, which may begin with `/`."""
    word, _, rest = said.partition(" ")
    found = COMMANDS.get(word)
    return (found, rest.strip()) if found is not None else None
