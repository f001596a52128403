"""Files that a script keeps in the folder `data` beside the hub's configuration.

During a reload the new script begins while the old one still runs, which saves data in UnLoad().
So read saved data when it is first needed, and not while the script loads:

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
    # JSON escapes also keep text that is not valid in the hub's encoding.
    replace_file(path, json.dumps(value, separators=(",", ":")).encode("ascii"))


def load_json(path, default):
    """Returns the saved value, or else the default. A damaged file is renamed, not overwritten."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return default
    except ValueError as error:
        aside = path.with_name(path.name + ".damaged")
        os.replace(path, aside)
        print(f"{vh.name}: {path} is damaged ({error}): starting anew, it is kept as {aside.name}")
        return default
