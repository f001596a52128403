"""The settings of a script: [variables.NAME] of hookline.toml, where NAME is the script's name."""

import vh


def setting(name, default):
    """Returns a setting from the hub's configuration, in the type of the default."""
    text = vh.GetConfig(vh.name, name, str(default))
    if text is None or isinstance(default, str):
        return default if text is None else text
    try:
        return type(default)(text)
    except ValueError:
        print(f"{vh.name}: {name} = {text!r} is not a number, so it is {default}")
        return default
