"""Tests that the scripts of examples/scripts can be loaded together, and document what they do.

Runs with $HOOKLINE_BIN, the executable, and a Python of the hub's version.
"""

import ast
import collections
import json
import os
import pathlib
import subprocess
import sys
import unittest

HOOKLINE = os.environ["HOOKLINE_BIN"]
SCRIPTS = sorted((pathlib.Path(os.environ["HOOKLINE_SOURCE_DIR"]) / "examples" / "scripts").glob("*.py"))
# A script replaces +stats on purpose.
HUB_COMMANDS = set("help topic kick drop reg unreg setclass passwd ban unban banlist pyload pyunload pyreload pylist "
                   "pystats pylog".split())


def calls_of(tree, name):
    """Returns the first arguments of the calls of a function, or of a method, of that name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if called == name:
                yield node.args[0].value


class Together(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.trees = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in SCRIPTS}
        cls.commands = {name: set(calls_of(tree, "add")) for name, tree in cls.trees.items()}

    def test_there_are_ten(self):
        self.assertEqual(len(SCRIPTS), 10)

    def test_the_hub_can_load_them(self):
        result = subprocess.run([HOOKLINE, "check", "--json", *SCRIPTS], text=True, capture_output=True,
                                check=False)
        for report in json.loads(result.stdout)["scripts"]:
            with self.subTest(report["path"]):
                self.assertTrue(report["loads"], report["errors"])
                self.assertEqual(report["warnings"], [])
        self.assertEqual(result.returncode, 0)

    def test_no_two_have_the_same_command(self):
        owners = collections.Counter(command for commands in self.commands.values() for command in commands)
        self.assertEqual([command for command, count in owners.items() if count > 1], [])
        self.assertEqual(HUB_COMMANDS & set(owners), set())

    def test_their_docstrings_have_every_command_and_setting(self):
        for name, tree in self.trees.items():
            text = ast.get_docstring(tree)
            for command in self.commands[name]:
                with self.subTest(script=name, command=command):
                    self.assertRegex(text, rf"[+!]{command}\b")
            for setting in calls_of(tree, "setting"):
                with self.subTest(script=name, setting=setting):
                    self.assertRegex(text, rf"(?m)^    {setting} = ")
                    self.assertIn(f"[variables.{name}]", text)

    def test_they_hide_no_module_of_python(self):
        self.assertEqual({path.stem for path in SCRIPTS} & set(sys.stdlib_module_names), set())

    def test_no_exception_is_caught_blindly(self):
        for name, tree in self.trees.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.ExceptHandler):
                    caught = ast.unparse(node.type) if node.type else "everything"
                    self.assertNotIn(caught, ("everything", "Exception", "BaseException"), name)

    def test_who_starts_a_thread_joins_it(self):
        for name, tree in self.trees.items():
            source = ast.unparse(tree)
            if "threading.Thread" in source:
                unload = [node for node in tree.body
                          if isinstance(node, ast.FunctionDef) and node.name == "UnLoad"]
                self.assertTrue(unload and ".join()" in ast.unparse(unload[0]), name)


if __name__ == "__main__":
    unittest.main()
