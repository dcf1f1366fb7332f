"""A far end of `apart` whose engine gets stuck where its prompt or its model's name says so."""

import signal
import time
from pathlib import Path

from inglenook_server.generation import process_main
from inglenook_server.generation.base import Chat, OnStep, Prompt
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.settings import GenerationSettings

HEARTBEAT_S = 0.02


class Stuck(EchoGenerator):
    def __init__(self, on_step: OnStep) -> None:
        super().__init__(self.say, on_step=on_step)
        self.step = on_step

    def say(self, prompt: Prompt) -> str:
        said = prompt.messages[-1].content if isinstance(prompt, Chat) else prompt.prefix
        if said.startswith("sleep for ever"):
            time.sleep(1e6)
        while said == "spin for ever":
            time.sleep(0)
        if said.startswith("work for "):  # a long prompt that is read in pieces
            until = time.monotonic() + float(said.removeprefix("work for "))
            while time.monotonic() < until:
                time.sleep(0.05)
                self.step()
        return said

    def with_adapter(self, adapter: Path | None) -> "Stuck":
        time.sleep(1e6)
        return self


def load(settings: GenerationSettings, *, adapter: Path | None, on_step: OnStep) -> Stuck:
    if settings.model == "sleep for ever":
        time.sleep(1e6)
    if settings.model == "stop":
        signal.raise_signal(signal.SIGSTOP)
    return Stuck(on_step)


def main() -> None:
    process_main.main(load, HEARTBEAT_S)
