"""Trivia: a bot that asks questions in the main chat, gives hints, and keeps the scores.

Questions are in a file beside this one, one on each line: `question|answer|another answer`.
The first user who writes the answer gets 3 points, 2 after the first hint, 1 after the second. When
nobody has answered several questions, the bot stops by itself. Scores are in data/trivia.json.
In hookline.toml:

    [variables.trivia]
    bot = "Trivia"
    questions = "trivia_questions.txt"
    seconds = "45"          # the time for a question; a hint comes after each third of it
    pause = "10"            # seconds between two questions
    idle_questions = "5"    # it stops after this number of unanswered questions
    start_class = "3"       # users of this class or above may start and stop it

Users: +trivia, +trivia top. Operators: !trivia on, !trivia off.
"""

import collections
import functools
import pathlib
import random
import unicodedata

import vh
from kit.commands import OPERATOR, Commands, UsageError
from kit.settings import setting
from kit.storage import data_path, load_json, save_json

BOT = setting("bot", "Trivia")
SECONDS = setting("seconds", 45.0)
PAUSE = setting("pause", 10.0)
IDLE_QUESTIONS = setting("idle_questions", 5)
START_CLASS = setting("start_class", OPERATOR)
SCORES = data_path("trivia.json")
POINTS = (3, 2, 1)  # indexed by the number of hints given before

commands = Commands()
Question = collections.namedtuple("Question", "text answers")


def plain(text):
    """Returns a form that is the same for all spellings of an answer."""
    letters = unicodedata.normalize("NFKD", vh.decode(text).casefold())
    return "".join(letter for letter in letters if letter.isalnum())


def read_questions(path):
    questions = []
    for line in path.read_text(encoding="utf-8").splitlines():
        text, *answers = (part.strip() for part in line.split("|"))
        if text and not text.startswith("#") and answers and all(map(plain, answers)):
            questions.append(Question(text, answers))
    return questions


def hint(answer, shown):
    """Returns the first letters of the answer, and a sign for each other letter: "Pa___"."""
    return "".join(letter if place < shown or not letter.isalnum() else "_"
                   for place, letter in enumerate(answer))


class Game:
    """The state of the game. Times are those of OnTimer, in milliseconds."""

    def __init__(self, questions):
        self.questions = questions
        self.left = []
        self.question = None
        self.hints = 0
        self.unanswered = 0
        self.asked_at = 0.0
        self.next_at = 0.0
        self.now = 0.0
        self.is_on = False

    def start(self):
        self.is_on, self.question, self.unanswered, self.next_at = True, None, 0, 0.0

    def stop(self):
        self.is_on, self.question = False, None

    def tick(self, now):
        """Returns what the bot has to say now, or None."""
        self.now = now
        if not self.is_on:
            return None
        if self.question is None:
            return self.ask(now) if now >= self.next_at else None
        passed = (now - self.asked_at) / 1000
        if passed >= SECONDS:
            return self.give_up(now)
        if passed >= SECONDS * (self.hints + 1) / 3:
            self.hints += 1
            return "Hint: " + hint(self.question.answers[0], self.hints)
        return None

    def ask(self, now):
        if not self.left:
            self.left = random.sample(self.questions, len(self.questions))
        self.question, self.asked_at, self.hints = self.left.pop(), now, 0
        return self.question.text

    def give_up(self, now):
        text = f"Nobody knew: {self.question.answers[0]}."
        self.question, self.next_at = None, now + PAUSE * 1000
        self.unanswered += 1
        if self.unanswered >= IDLE_QUESTIONS:
            self.stop()
            text += " I stop asking; an operator starts me again with !trivia on."
        return text

    def answer(self, text):
        """Returns the points for an answer; 0 if it is not the answer."""
        if self.question is None or plain(text) not in map(plain, self.question.answers):
            return 0
        self.next_at = self.now + PAUSE * 1000
        self.question, self.unanswered = None, 0
        return POINTS[self.hints]


game = Game(read_questions(pathlib.Path(vh.path).parent
                           / setting("questions", "trivia_questions.txt")))
has_bot = None  # None: the script has not tried to add it yet


@functools.cache
def scores():
    return collections.Counter(load_json(SCORES, {}))


def bring_bot():
    """Adds the bot when it is first needed. During a reload the old script still has it."""
    global has_bot
    if has_bot is None:
        has_bot = vh.IsRobotNickBad(BOT) == vh.eBOT_OK and vh.AddRobot(
            BOT, 0, "I ask, you answer: +trivia", "", "", "0")


def say(text):
    bring_bot()
    vh.mc(vh.encode(text), BOT)


def OnTimer(msec):
    bring_bot()
    text = game.tick(msec)
    if text:
        say(text)


def OnParsedMsgChat(nick, message):
    points = game.answer(message)
    if points:
        scores()[nick] += points
        save_json(SCORES, scores())
        say(f"{nick} is right and gets {points} of 3 points; that makes {scores()[nick]}.")


@commands.add("trivia", "[top|on|off]: your score, the best ones; starts and stops the game")
def trivia(nick, args):
    if args in ("on", "off"):
        return switch(nick, args == "on")
    if args == "top":
        rows = [f"  {points:6}  {name}" for name, points in scores().most_common(10)]
        return "\n".join(["The best:"] + rows) if rows else "Nobody has a point yet."
    if args:
        raise UsageError
    return (f"You have {scores()[nick]} points. The game is {'on' if game.is_on else 'off'}, with "
            f"{len(game.questions)} questions.")


def switch(nick, is_on):
    if vh.GetUserClass(nick) < START_CLASS:
        return "Only operators start and stop the game."
    if is_on and not game.questions:
        return "There are no questions."
    if is_on == game.is_on:
        return f"It is {'on' if is_on else 'off'} already."
    if is_on:
        game.start()
    else:
        game.stop()
    say(f"{nick} has {'started' if is_on else 'stopped'} the game.")
    return None


def OnHubCommand(nick, command, user_class, in_pm, prefix):
    return commands.run(nick, command, user_class, in_pm)


def OnScriptQuery(command, data, recipient, sender):
    return {"commands": commands.listing(),
            "status": f"{'on' if game.is_on else 'off'}, {len(scores())} players"}.get(command)


def get_score(nick):
    """Returns the points of a user; for the hub's own code."""
    return scores()[nick]


def UnLoad():
    save_json(SCORES, scores())
    if has_bot:
        vh.DelRobot(BOT)
