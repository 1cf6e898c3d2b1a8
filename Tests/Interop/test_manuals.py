"""Completions and manual pages, read by the programs that they are for."""

import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import cae

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    directory = tmp_path_factory.mktemp("manuals")
    subprocess.run([SCRIPTS / "make-manuals", directory], check=True, stdout=subprocess.DEVNULL)
    return directory / "share"


@pytest.mark.parametrize(
    ("shell", "name"),
    [
        ("bash", "bash-completion/completions/cae"),
        ("zsh", "zsh/site-functions/_cae"),
        ("fish", "fish/vendor_completions.d/cae.fish"),
    ],
)
def test_shells_read_their_completions(prefix, shell, name):
    text = (prefix / name).read_text()
    assert "temperature-start" in text and "doctor" in text
    if shutil.which(shell):
        subprocess.run([shell, "-n", prefix / name], check=True)


def test_a_page_for_every_command(prefix):
    pages = {path.stem for path in (prefix / "man/man1").iterdir()}
    entries = cae("--help").split("SUBCOMMANDS:\n")[1].split("\n\n")[0].splitlines()
    commands = {entry.split()[0] for entry in entries if not entry.startswith("   ")}
    assert len(commands) > 10 and {f"cae-{command}" for command in commands} | {"cae", "cae-data-mnist"} <= pages
    options = (prefix / "man/man1/cae-train.1").read_text()
    assert "temperature\\-start" in options and ".SH EXAMPLES" in options


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_pages_are_right_for_troff(prefix):
    for page in (prefix / "man/man1").iterdir():
        result = subprocess.run(["groff", "-ww", "-man", "-Tutf8", page], capture_output=True, check=True)
        assert not result.stderr, f"{page}: {result.stderr.decode()}"
        assert result.stdout.startswith(b"CAE")
