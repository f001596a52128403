"""Files that outlive a script: in the folder `data` beside the hub's configuration.

A script that is reloaded begins while the one that it replaces still runs, and that one saves in its
UnLoad(). So read what was saved when it is first needed, and not while the script loads:

    @functools.cache
    def scores():
        return load_json(FILE, {})
"""

import json
import os
import pathlib

import vh


def data_path(name):
    folder = pathlib.Path(vh.basedir, "data")
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def replace_file(path, data):
    """Writes bytes so that a crash leaves either the old file or the new one."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.write_bytes(data)
    os.replace(unfinished, path)


def save_json(path, value):
    # Escaped, so that text that is not valid in the hub's encoding survives too.
    replace_file(path, json.dumps(value, separators=(",", ":")).encode("ascii"))


def load_json(path, default):
    """What was saved; the default if nothing was. A damaged file is kept aside, not overwritten."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return default
    except ValueError as error:
        aside = path.with_name(path.name + ".damaged")
        os.replace(path, aside)
        print(f"{vh.name}: {path} is damaged ({error}): starting anew, it is kept as {aside.name}")
        return default
