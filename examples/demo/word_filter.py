"""Word filter: blocks lines with forbidden words and softens mild ones.

Words come from the hub's configuration, so that this file need not be edited. In hookline.toml:

    [variables.word_filter]
    forbidden = "spamword badsite"     # such a line is shown to nobody
    mild = "darn heck"                 # the word becomes ****, the line goes on
    exempt_class = "3"                 # operators and above are not filtered

A word is also found in capitals, in look-alikes (sp4mw0rd, full-width letters, a Cyrillic a),
stretched (spaaamword), spaced out (s p a m w o r d), and with invisible characters, or bytes that
are no text, strewn in. A word inside a longer one is left alone.
"""

import itertools
import re
import unicodedata

import vh

# Letters of other alphabets that look like the first one of their group.
LETTERS = ("aαа", "bвβ", "cсς", "eеєε", "hн", "iіιїı", "kкκ", "mм", "nп", "oοо", "pрρ", "sѕ",
           "tтτ", "uυц", "xхχ", "yуγ")
# Digits and signs that may stand for a letter, or for nothing at all.
SIGNS = ("a4@", "b8", "c(", "e3", "g9", "h#", "i1!|", "o0", "s5$", "t7+", "z2")
LETTER_OF = {other: group[0] for group in LETTERS for other in group[1:]}
SIGN_OF = {other: group[0] for group in SIGNS for other in group[1:]}

GAP = "\n"


class Simplifier(dict):
    """For str.translate: what each character means to a reader, small letters and gaps only."""

    MOST = 10_000  # Unicode is large, and anybody may send all of it

    def __init__(self, signs):
        super().__init__()
        self.signs = signs

    def __missing__(self, code):
        meaning = "".join(map(self.meaning, unicodedata.normalize("NFKD", chr(code).casefold())))
        if len(self) < self.MOST:
            self[code] = meaning
        return meaning

    def meaning(self, char):
        if char in self.signs:
            return GAP + self.signs[char] + GAP
        if char.isalpha():
            return LETTER_OF.get(char, char)
        # Accents vanish. Everything else separates, also what nobody sees: invisible characters,
        # and bytes that are no text in the hub's encoding (they arrive as lone surrogates).
        return "" if unicodedata.combining(char) else GAP


# A sign is a letter in "sp4m" and a gap in "s!p!a!m": each line is read both ways.
WITH_SIGNS = Simplifier(SIGN_OF)
WITHOUT_SIGNS = Simplifier({})


def readings(text):
    with_signs = text.translate(WITH_SIGNS)
    without = text.translate(WITHOUT_SIGNS)
    return (with_signs,) if with_signs == without else (with_signs, without)


def letters_of(word):
    """A word's letters in their plain form, a double one once."""
    letters = word.translate(WITH_SIGNS).replace(GAP, "")
    return [letter for letter, group in itertools.groupby(letters)]


def pattern_for(words):
    """One pattern that finds any of the words in a simplified text; None if there are no words."""
    alternatives = []
    for word in words.split():
        letters = [re.escape(letter) for letter in letters_of(word)]
        if not letters:
            continue
        # A letter may be repeated, a few times also after a gap: "sss s p a m". Nothing here can
        # match in two ways (and '++' never gives back), so that no line takes long to search.
        stretched = [rf"{letter}++(?:\n++{letter}++){{0,3}}+\n*+" for letter in letters[:-1]]
        alternatives.append("".join(stretched) + letters[-1] + "++")
    if not alternatives:
        return None
    return re.compile(r"(?<![^\n])(?:" + "|".join(alternatives) + r")(?![^\n])")


def setting(name, default):
    value = vh.GetConfig("word_filter", name, default)
    return default if value is None else value


FORBIDDEN = pattern_for(setting("forbidden", "spamword"))
MILD = pattern_for(setting("mild", "darn"))
EXEMPT_CLASS = int(setting("exempt_class", "3"))

blocked = 0
replaced = 0


def has(pattern, simple_texts):
    return pattern is not None and any(map(pattern.search, simple_texts))


def places(pattern, text, reading):
    """Where in `text` the pattern's words begin and end."""
    simple, origin = [], []
    for index, char in enumerate(text):
        for part in char.translate(reading):
            simple.append(part)
            origin.append(index)
    origin.append(len(text))
    for match in pattern.finditer("".join(simple)):
        # Up to the character after the match, less the gap between: accents belong to their letter.
        end = origin[match.end() - 1] + 1
        while end < origin[match.end()] and not text[end].translate(reading):
            end += 1
        yield origin[match.start()], end


def soften(text):
    """The text with its mild words starred out."""
    for reading in (WITH_SIGNS, WITHOUT_SIGNS):
        pieces, done = [], 0
        for begin, end in places(MILD, text, reading):
            pieces += [text[done:begin], "****"]
            done = end
        text = "".join(pieces) + text[done:]
    return text


def is_exempt(nick):
    return vh.GetUserClass(nick) >= EXEMPT_CLASS


def OnParsedMsgChat(nick, message):
    global blocked, replaced
    # '$' travels as "&#36;": what is shown is what is judged.
    shown = vh.decode(message)
    simple_texts = readings(shown)
    if has(FORBIDDEN, simple_texts) and not is_exempt(nick):
        blocked += 1
        return f"<{vh.botname}> {nick}, your line was not shown: mind your words.|", 0
    if has(MILD, simple_texts) and not is_exempt(nick):
        replaced += 1
        return vh.encode(soften(shown))
    return 1


def OnParsedMsgPM(nick, message, to_nick):
    """Private messages are not softened, but what is forbidden is forbidden there too."""
    return 0 if has(FORBIDDEN, readings(vh.decode(message))) and not is_exempt(nick) else 1


def get_counts():
    """How many lines of the main chat it has blocked and softened."""
    return {"blocked": blocked, "replaced": replaced}
