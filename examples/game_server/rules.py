"""The rules of examples/game_server."""

import game

RUDE = {"noobs": "friends"}


def on_move(player, x, y):
    if 40 < x < 60 and 20 < y < 40:
        return False  # that is the lake
    to = {"x": min(max(x, 0), game.WIDTH), "y": min(max(y, 0), game.HEIGHT)}
    if to != {"x": x, "y": y}:
        return to  # nobody leaves the world


def on_chat(player, text):
    if text == "!where":
        at = game.position(player)
        game.say(f"{player} is at {at['x']}, {at['y']}")
        return False
    if text == "!race":
        # This is a mistake. The tick waits for this answer, and this waits for the tick. So the game goes on at
        # the deadline without the answer, and without those about the moves, which wait behind this line.
        tick = game.next_tick()
        game.say(f"the race begins in tick {tick}")
    if "gold" in text:
        return False
    return {"text": " ".join(RUDE.get(word, word) for word in text.split())}
