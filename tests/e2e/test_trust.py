"""An editor that says a folder is not trusted: it is indexed and asked about, and no linter runs."""

import pytest
from pygls.exceptions import JsonRpcException

from tests.e2e.harness import session

ECHO = {"generation": {"engine": "echo"}}


async def test_without_trust_the_index_answers_and_a_review_is_refused(shop):
    async with session(shop, settings=ECHO, options={"trusted": False}) as editor:
        await editor.indexed()
        answer = await editor.chat(("user", "Where is `postage_for` defined?"))
        assert (answer.origin, answer.references[0].path) == ("index", "shop/postage.py")
        with pytest.raises(JsonRpcException, match="A review runs linters, and this folder is not one that you trust"):
            await editor.chat(("user", "/review"))
