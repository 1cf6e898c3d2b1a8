#!/usr/bin/env python3
"""Checks that the relative links and anchors of all Markdown documents lead somewhere; nothing is fetched.

  scripts/check-links.py
"""

import re
import subprocess
import sys
from pathlib import Path

repository = Path(__file__).resolve().parent.parent


def without_code(text):
    """The text without blocks and spans of code, line by line as before."""
    text = re.sub(r"^(```|~~~).*?^\1", lambda found: "\n" * found.group().count("\n"), text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(path):
    """What GitHub calls the headings of a document."""
    found, counts = set(), {}
    text = re.sub(r"^(```|~~~).*?^\1", "", path.read_text(), flags=re.M | re.S)
    for heading in re.findall(r"^#+ +(.*?) *#*$", text, flags=re.M):
        heading = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        number = counts.get(name, 0)
        counts[name] = number + 1
        found.add(f"{name}-{number}" if number else name)
    return found | set(re.findall(r'<a (?:id|name)="([^"]+)"', text))


listed = subprocess.run(
    ["git", "ls-files", "-z", "*.md"], cwd=repository, capture_output=True, text=True, check=True).stdout
documents = [repository / name for name in listed.split("\0") if name and (repository / name).exists()]
problems, count = [], 0
for document in documents:
    for number, line in enumerate(without_code(document.read_text()).split("\n"), 1):
        targets = re.findall(r"\]\(([^)\s]+)[^)]*\)", line) + re.findall(r"^\[[^]]+\]: +(\S+)", line)
        for target in targets + re.findall(r'(?:src|href)="([^"]+)"', line):
            if re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            count += 1
            name, _, anchor = target.partition("#")
            path = (document.parent / name).resolve() if name else document
            place = f"{document.relative_to(repository)}:{number}: {target}"
            if not path.exists():
                problems.append(f"{place}: there is no such file")
            elif anchor and path.suffix == ".md" and anchor not in anchors(path):
                problems.append(f"{place}: there is no such heading")
for problem in problems:
    print(problem, file=sys.stderr)
print(f"{count} links in {len(documents)} documents, {len(problems)} of them broken")
sys.exit(1 if problems else 0)
