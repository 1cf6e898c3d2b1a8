"""Manual pages from what `cae --experimental-dump-help` prints.

cae --experimental-dump-help | python3 scripts/manual-pages.py VERSION DIRECTORY
"""

import json
import sys
from pathlib import Path


def escaped(text):
    """A text for troff; a line must not begin with what would be a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in text.split("\n"))


def flag(name):
    return ("-" if name["kind"] == "short" else "--") + name["name"]


def usage(argument):
    """The name of an argument as it is typed."""
    if argument["kind"] == "positional":
        return f"\\fI{escaped(argument['valueName'])}\\fR"
    names = ", ".join(f"\\fB{escaped(flag(name))}\\fR" for name in argument["names"])
    return names + (f" \\fI{escaped(argument['valueName'])}\\fR" if argument["kind"] == "option" else "")


def description(argument):
    parts = [argument.get("abstract", "")]
    # Settings say both in their own words.
    if argument.get("allValues") and "(values:" not in parts[0]:
        parts.append(f"(values: {', '.join(argument['allValues'])})")
    if argument.get("defaultValue") and "(default:" not in parts[0]:
        parts.append(f"(default: {argument['defaultValue']})")
    return escaped(" ".join(part for part in parts if part))


def prose(text):
    """Paragraphs, and indented lines as they stand."""
    lines = []
    for paragraph in text.split("\n\n"):
        first, *rest = paragraph.split("\n")
        if rest and all(line.startswith(" ") for line in rest):
            lines += [f".SH {escaped(first.rstrip(':'))}", ".nf", *map(escaped, rest), ".fi"]
        else:
            lines += [".PP", escaped(paragraph)]
    return lines


def write(command, path, version, directory):
    name = "-".join(path)
    arguments = [argument for argument in command.get("arguments", []) if argument["shouldDisplay"]]
    children = [
        child for child in command.get("subcommands", []) if child["commandName"] != "help" and child.get("shouldDisplay", True)
    ]
    described, *examples = command.get("discussion", "").split("\n\nEXAMPLES:\n")
    synopsis = " ".join(
        usage(argument) if not argument["isOptional"] else f"[{usage(argument)}]"
        for argument in arguments
        if argument["kind"] == "positional" or not argument["isOptional"]
    )
    lines = [
        f'.TH "{name.upper()}" 1 "" "cae {version}"',
        ".SH NAME",
        f"{escaped(name)} \\- {escaped(command.get('abstract', '').rstrip('.'))}",
        ".SH SYNOPSIS",
        f"\\fB{escaped(' '.join(path))}\\fR {'command' if children else '[options]'} {synopsis}".rstrip(),
    ]
    if described:
        lines += [".SH DESCRIPTION", *prose(described)]
    section = None
    for argument in arguments:
        title = argument.get("sectionTitle") or ("ARGUMENTS" if argument["kind"] == "positional" else "OPTIONS")
        if title != section:
            lines.append(f".SH {escaped(title.upper())}")
            section = title
        lines += [".TP", usage(argument), description(argument)]
    if children:
        lines.append(".SH COMMANDS")
        for child in children:
            lines += [
                ".TP",
                f"\\fB{escaped(name)}\\-{escaped(child['commandName'])}\\fR(1)",
                escaped(child["abstract"]),
            ]
    for text in examples:
        lines += prose("EXAMPLES:\n" + text)
    if len(path) > 1:
        lines += [".SH SEE ALSO", f"\\fB{escaped('-'.join(path[:-1]))}\\fR(1)"]
    (directory / f"{name}.1").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(directory / f"{name}.1")
    for child in children:
        write(child, [*path, child["commandName"]], version, directory)


def main():
    version, directory = sys.argv[1:]
    write(json.load(sys.stdin)["command"], ["cae"], version, Path(directory))


main()
