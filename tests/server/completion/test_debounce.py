from inglenook_server.completion.debounce import Debounce


def test_the_pause_adapts_to_the_typist():
    fast, slow = Debounce(), Debounce()
    for key in range(12):
        fast.key(key * 80)
        slow.key(key * 300)
    assert fast.wait_ms(60, 400) == 120
    assert slow.wait_ms(60, 400) == 400
    slow.answered(300)
    assert slow.wait_ms(60, 400) == 150
    assert slow.wait_ms(0, 400) == 0
