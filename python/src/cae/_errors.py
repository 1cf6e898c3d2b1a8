"""What can go wrong with the program: its exit codes as exceptions."""

from __future__ import annotations

from collections.abc import Sequence


class ProgramNotFoundError(FileNotFoundError):
    """The program ``cae`` is not there, or is no program."""


class ProgramError(RuntimeError):
    """The program ended with an error: the message is its sentence.

    ``code`` is the exit code, ``log`` all that was printed, ``command`` what was run.
    """

    def __init__(self, message: str, code: int = 1, log: str = "", command: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.log = log
        self.command = list(command)

    def __reduce__(self):
        return type(self), (str(self), self.code, self.log, self.command)


class InputError(ProgramError, ValueError):
    """The program refused data, parameters, or a run directory of another run."""


class OutputError(ProgramError, OSError):
    """The program could not read or write, for want of room or rights."""


class NotFiniteError(ProgramError, FloatingPointError):
    """Training came to numbers that are not finite."""


class StalledError(ProgramError, TimeoutError):
    """A rank made no progress for the time that ``stall-timeout`` sets."""


_MARK = "cae: error: "
_BY_CODE = {2: InputError, 3: InputError, 4: InputError, 5: OutputError, 7: NotFiniteError, 8: StalledError}
_TAIL_LINES = 30


def error_of(code: int, log: str, command: Sequence[str]) -> ProgramError:
    """The exception for an exit code of the program, with its sentence, or else the last lines of its log."""
    lines = [line for line in log.splitlines() if line.strip()]
    said = next((place for place, line in enumerate(lines) if line.startswith(_MARK)), None)
    if code == 75:
        problem = "the run was asked from elsewhere to stop; with run_dir, fitting again goes on from there"
    elif said is not None:
        problem = lines[said].removeprefix(_MARK)
    else:
        problem = f"the program was ended by signal {-code}" if code < 0 else f"the program ended with exit code {code}"
    # Without a sentence anything may be of help: those of mpirun take a page.
    tail = lines[-_TAIL_LINES:] if said is None else []
    return _BY_CODE.get(code, ProgramError)("\n".join([problem, *tail]), code, log, command)
