"""Keeps a core busy."""


def spin(rounds):
    value = 1
    for i in range(rounds):
        value = (value * 25214903917 + i) % 281474976710656
    return value
