"""Runs a server whose echo engine says what a test wants: `python -m tests.e2e.scripted REPLIES`.

REPLIES is JSON, {what the request to the model ends with: what it says}; anything else is echoed. A reply that is a
list is [seconds, what it says]: the model thinks for so long first.
"""

import json
import sys
import time


def main() -> None:
    from inglenook_server.cli.serve import serve
    from inglenook_server.generation import echo_engine

    replies = json.loads(sys.argv[1])
    echo = echo_engine._echo

    def reply(prompt: object) -> str:
        said = echo(prompt)
        text = next((text for end, text in replies.items() if said.rstrip().endswith(end)), said)
        if isinstance(text, list):
            seconds, text = text
            time.sleep(seconds)
        return text

    echo_engine._echo = reply
    sys.exit(serve([]))


if __name__ == "__main__":
    main()
