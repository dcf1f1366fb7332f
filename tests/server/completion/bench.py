"""A scheduler with an engine that counts what it was asked. Used by the tests of `scheduler` and `ahead`."""

from inglenook_server.completion.memory import Memory
from inglenook_server.completion.request import Request
from inglenook_server.completion.scheduler import Scheduler
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.runtime.status import SessionStatus
from inglenook_server.runtime.workers import Worker
from inglenook_server.session.model_host import ModelHost
from inglenook_server.settings import CompletionSettings, GenerationSettings

QUICK = CompletionSettings(debounce_ms=0, ahead=False)


class Bench:
    """A scheduler with an engine that counts what it was asked."""

    def __init__(self, reply: str = "foo bar baz", token_ms: float = 0.0) -> None:
        self.asked: list[str] = []

        def say(prompt) -> str:
            self.asked.append(prompt.prefix)
            return reply

        host = ModelHost(SessionStatus(), lambda settings, adapter: EchoGenerator(say, token_ms=token_ms))
        host.configure(GenerationSettings(engine="echo"), None)
        host.generator()
        self.worker = Worker("test-generate")
        self.scheduler = Scheduler(self.worker, host, Memory())

    def ask(self, text: str, settings: CompletionSettings = QUICK, *, automatic: bool = True, completing: bool = False):
        prefix, suffix = text.split("█")
        return self.scheduler.suggest(Request("a.py", prefix + suffix, len(prefix), automatic, completing), settings)

    def close(self) -> None:
        self.scheduler.close()
        self.worker.close()
