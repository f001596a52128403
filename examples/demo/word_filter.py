"""Word filter: blocks lines with forbidden words and softens mild ones.

Words come from the hub's configuration, so that this file need not be edited. In hookline.toml:

    [variables.word_filter]
    forbidden = "spamword badsite"     # nobody sees such a line
    mild = "darn heck"                 # the word becomes ****, the line is shown
    exempt_class = "3"                 # operators and above are not filtered

A word is also found in capitals, in look-alikes (sp4mw0rd, full-width letters, a Cyrillic a),
stretched (spaaamword), spaced out (s p a m w o r d), and mixed with invisible characters or with
bytes that are not text. A word inside a longer one is left alone.
"""

import itertools
import re
import unicodedata

import vh

# Groups of letters that look alike: the first one, and letters of other alphabets.
LETTERS = ("aαа", "bвβ", "cсς", "eеєε", "hн", "iіιїı", "kкκ", "mм", "nп", "oοо", "pрρ", "sѕ",
           "tтτ", "uυц", "xхχ", "yуγ")
# Digits and signs that may stand for the letter at the start of the group, or for nothing.
SIGNS = ("a4@", "b8", "c(", "e3", "g9", "h#", "i1!|", "o0", "s5$", "t7+", "z2")
LETTER_OF = {other: group[0] for group in LETTERS for other in group[1:]}
SIGN_OF = {other: group[0] for group in SIGNS for other in group[1:]}

GAP = "\n"


class Simplifier(dict):
    """Maps each character to what a reader sees: small letters and gaps. For str.translate."""

    MOST = 10_000  # bounds the memory, because anybody may send all of Unicode

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
        # Accents vanish. Every other character separates words, also an invisible one, or a byte
        # that is not text in the hub's encoding (it arrives as a lone surrogate).
        return "" if unicodedata.combining(char) else GAP


# A sign is a letter in "sp4m" and a gap in "s!p!a!m", so each line is read in both ways.
WITH_SIGNS = Simplifier(SIGN_OF)
WITHOUT_SIGNS = Simplifier({})


def readings(text):
    with_signs = text.translate(WITH_SIGNS)
    without = text.translate(WITHOUT_SIGNS)
    return (with_signs,) if with_signs == without else (with_signs, without)


def letters_of(word):
    """Returns a word's letters in their plain form, and repeated ones only once."""
    letters = word.translate(WITH_SIGNS).replace(GAP, "")
    return [letter for letter, group in itertools.groupby(letters)]


def pattern_for(words):
    """Returns a pattern that finds any of the words in a simplified text; None without words."""
    alternatives = []
    for word in words.split():
        letters = [re.escape(letter) for letter in letters_of(word)]
        if not letters:
            continue
        # A letter may be repeated, and a few times also after a gap: "sss s p a m". No part can
        # match in two ways ('++' never gives back), so no line takes long to search.
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
    """Yields where in `text` the pattern's words begin and end."""
    simple, origin = [], []
    for index, char in enumerate(text):
        for part in char.translate(reading):
            simple.append(part)
            origin.append(index)
    origin.append(len(text))
    for match in pattern.finditer("".join(simple)):
        # A match includes the accents after it, but not the gap before the next character.
        end = origin[match.end() - 1] + 1
        while end < origin[match.end()] and not text[end].translate(reading):
            end += 1
        yield origin[match.start()], end


def soften(text):
    """Returns the text with stars in place of its mild words."""
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
    # '$' is sent as "&#36;". The filter judges the text as users see it.
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
    """Blocks private messages with forbidden words; mild words are not softened there."""
    return 0 if has(FORBIDDEN, readings(vh.decode(message))) and not is_exempt(nick) else 1


def get_counts():
    """Returns the numbers of main chat lines that it has blocked and softened."""
    return {"blocked": blocked, "replaced": replaced}
