"""What the cases of the fault suite are made of, and how they are run; the cases are in cases.py."""

import argparse
import contextlib
import json
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Optional

EVERY = 6  # steps between checkpoints
TIMES = ("rows_per_second", "step_ms")  # what of a line of metrics depends on the clock
ANYWHERE = ["--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1"]
TRAINING = ("--search none --no-refit --no-compare --no-report --snapshot-epochs none").split()
BASE = (
    f"-k 5 --hidden 8 --epochs 8 --batch-size 40 --checkpoint-every {EVERY} --log-every 1"
).split()


class Failed(Exception):
    """A case does not hold; the text says what."""


class Skipped(Exception):
    """A case cannot be tried here; the text says why."""


@dataclass
class Case:
    """A fault, the moment at which it comes, and what must hold."""

    group: str
    name: str
    codes: tuple = (0,)  # one of which the job ends with
    # resumes: the same command with --resume ends with the bytes of an undisturbed run. finished: it has ended with them.
    # refused: nothing in the run directory has changed. nothing: no more is asked for.
    after: str = "resumes"
    fault: Optional[Callable] = None  # takes the scene, at the moment
    moment: Optional[Callable] = None  # waits for the moment; the case's `rules` may hold the job there
    rules: tuple = ()  # for shim.c; {gate} is the gate's path
    prepare: Optional[Callable] = None  # takes the scene, before the start; what it returns is called after the end
    scenario: Optional[Callable] = None  # takes the scene and is the whole case
    ranks: int = 3  # 0: a plain process, without mpirun
    launch: Optional[tuple] = None  # options of scripts/launch, which is then used
    mca: tuple = ()  # parameters of Open MPI and their values, in turn
    options: tuple = ()  # of cae train, also of the undisturbed run
    extra: tuple = ()  # of cae train, of the disturbed run alone
    data: str = "x.npy"  # in the suite's directory if it is there, else as it is; {directory} is the scene's
    whole: bool = False  # with search, refits, comparison and report
    shell: str = ""  # lines of shell for each rank, before the program; they may set `program`, and read `rank`
    redirect: str = ""  # of the job's streams, such as >&-
    says: str = ""  # what standard output or error must say, as a regular expression
    silent: str = ""  # what neither may say
    asked: bool = False  # the end was asked for, so that no step may be lost
    missing: int = 0  # lines of metrics that may be lacking in the end
    keeps: tuple = ()  # what the run directory has in the end beside what an undisturbed run leaves
    absent: tuple = ()  # what the run directory may lack in the end
    limit: float = 60  # seconds until the job must have ended
    mounts: bool = False  # needs a mount namespace of its own
    ci: bool = False
    long: bool = False  # of the part that is run by hand
    leaves: str = "^$"  # what Open MPI itself may leave in /dev/shm and TMPDIR, as a regular expression
    known: str = ""  # why it fails, for the time being


# Moments


def held(scene):
    """Until the job is held at the gate of its rules."""
    scene.wait_until(lambda: scene.gate.exists(), "the job came to the place where it is held")


def started(scene):
    """Until all ranks are there; nothing is known of how far they are."""
    scene.wait_until(lambda: len(scene.ranks()) == max(1, scene.case.ranks), "all ranks were started")


def after(low, high=None):
    """After a time drawn between two, or between the first and what a fast machine takes for most of the run."""

    def moment(scene):
        most = min(high, max(low, 0.7 * scene.suite.seconds(scene.case))) if high else low
        time.sleep(scene.random.uniform(low, most))

    moment.is_drawn = high is not None
    return moment


def at(call, path, nth=1, rank=0):
    """The moment and the rules that hold the job in the `nth` call with a path that contains `path`."""
    return {"moment": held, "rules": (f"rank={rank};call={call};path={path};nth={nth};do=gate;arg={{gate}}",)}


FIRST_STEP = at("write", "metrics.jsonl", 1)
MIDDLE = at("write", "metrics.jsonl", 27)
SAVE_BEGUN = at("write", "checkpoints/.cae-", 7)
SAVE_WRITTEN = at("rename", "step-00000024", 1)
SAVE_IN_PLACE = at("open", "checkpoints/.cae-", 6)


def result_file(name):
    return at("rename", name)


# Faults


def send(name, to, times=1, gap=0.3):
    """A signal: to a rank, to "all", to "mpirun", or to "job", the process that was started."""

    def fault(scene):
        for round in range(times):
            if round:
                time.sleep(gap)
            for process in scene.processes_of(to):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, getattr(signal, "SIG" + name))

    return fault


def freeze(seconds, to):
    """Stops ranks and lets them go on."""

    def fault(scene):
        chosen = scene.processes_of(to)
        for process in chosen:
            os.kill(process, signal.SIGSTOP)
        scene.open_gate()
        time.sleep(seconds)
        for process in chosen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)

    return fault


def kill_now_and_then(times, low, high, also_mpirun=True):
    """Kills a rank, or mpirun, again and again; each time once the run has come further."""

    def fault(scene):
        for _ in range(times):
            before = scene.reached()
            deadline = time.time() + 30
            while scene.reached() < before + 8 and scene.is_running() and time.time() < deadline:
                time.sleep(0.02)
            time.sleep(scene.random.uniform(low, high))
            victims = [[process] for process in scene.ranks().values()]
            if also_mpirun:
                victims.append(scene.processes_of("mpirun"))
            for process in scene.random.choice(victims) if victims else []:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
                    scene.kills += 1

    return fault


# A case while it is tried


class Scene:
    """One case: its directory, its job and what can be done to them."""

    def __init__(self, suite, case):
        self.suite, self.case = suite, case
        self.directory = Path(tempfile.mkdtemp(prefix="c", dir=suite.directory))
        self.run = self.directory / "run"
        self.temporary = self.directory / "t"
        self.temporary.mkdir()
        self.gate = self.directory / "gate"
        self.marker = f"CAE_FAULT_CASE={self.directory}"
        self.random = random.Random(f"{suite.seed} {case.name}")
        self.job = None
        self.kills = 0
        self.lost = None
        self.seconds = None
        self.code = None
        self.text = ""

    def environment(self):
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        name, value = self.marker.split("=", 1)
        return kept | {
            name: value, "TMPDIR": str(self.temporary), "OPENBLAS_NUM_THREADS": "1",
            "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        }

    def arguments(self, extra=()):
        case = self.case
        return (
            ["train", "--data", self.suite.data_path(case.data, self), "--run-dir", str(self.run), *BASE]
            + ([] if case.whole else TRAINING) + list(case.options) + list(extra))

    def program(self, rules, shell):
        """The program, or a script that prepares a rank and then becomes it."""
        if not rules and not shell:
            return str(self.suite.program)
        path = self.directory / "cae"
        lines = ["#!/bin/bash", "rank=${OMPI_COMM_WORLD_RANK:-0}", f"program={self.suite.program}", shell]
        if rules:
            text = "|".join(rules).replace("{gate}", str(self.gate))
            lines += [f"export CAE_FAULT='{text}' LD_PRELOAD={self.suite.shim()}"]
        path.write_text("\n".join(lines + ['exec "$program" "$@"', ""]))
        path.chmod(0o755)
        return str(path)

    def start(self, arguments=None, ranks=None, rules=None, shell=None, launch=None, redirect=None):
        """Starts a job; by default that of the case."""
        case = self.case
        ranks = case.ranks if ranks is None else ranks
        arguments = self.arguments(case.extra) if arguments is None else arguments
        program = self.program(case.rules if rules is None else rules, case.shell if shell is None else shell)
        launch = case.launch if launch is None else launch
        environment = self.environment()
        if launch is not None and launch is not False:
            environment["CAE_PROGRAM"] = program
            command = [str(self.suite.repository / "scripts/launch"), "-n", str(ranks), *launch, "--", *arguments]
        elif ranks == 0:
            command = [program, *arguments]
        else:
            parameters = [word for pair in zip(case.mca[::2], case.mca[1::2]) for word in ("--mca", *pair)]
            command = ["mpirun", "-n", str(ranks), *ANYWHERE, *parameters, program, *arguments]
        redirect = case.redirect if redirect is None else redirect
        if redirect:
            command = ["bash", "-c", f'exec "$@" {redirect}', "x", *command]
        self.output = open(self.directory / "output", "ab+")
        self.began = time.time()
        self.job = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT,
            env=environment, cwd=self.directory, start_new_session=True)
        return self.job

    def is_running(self):
        return self.job is not None and self.job.poll() is None

    def finish(self, limit=None):
        """Waits for the end of the job; its code and what it said."""
        try:
            code = self.job.wait(max(0.1, (limit or self.case.limit)))
        except subprocess.TimeoutExpired:
            self.clear()
            raise Failed(f"it had not ended after {limit or self.case.limit:.0f} s; it said: {self.tail()}")
        self.output.close()
        text = (self.directory / "output").read_text(errors="replace")
        return (code if code >= 0 else 128 - code), text

    def tail(self):
        text = (self.directory / "output").read_text(errors="replace")
        lines = [line for line in text.splitlines() if re.search("cae: error|launch:|Fatal|warning", line)]
        return " / ".join((lines or text.splitlines())[-3:])[:600]

    def open_gate(self):
        Path(f"{self.gate}.open").touch()

    def wait_until(self, condition, what, limit=30):
        deadline = time.time() + limit
        while not condition():
            if not self.is_running() or time.time() > deadline:
                raise Failed(f"it was waited for in vain that {what}: {self.tail()}")
            time.sleep(0.005)

    def processes(self):
        """Processes of this case, with the environment they were started with."""
        found = {}
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open(f"/proc/{name}/stat") as file:
                    if file.read().rsplit(")", 1)[1].split()[0] in "ZX":
                        continue
                with open(f"/proc/{name}/environ", "rb") as file:
                    variables = file.read().decode(errors="replace").split("\0")
            except OSError:
                continue
            if self.marker in variables:
                found[int(name)] = dict(item.split("=", 1) for item in variables if "=" in item)
        return found

    def ranks(self):
        """The process of each rank."""
        if self.case.ranks == 0:
            return {0: self.job.pid} if self.is_running() else {}
        found = {}
        for process, variables in sorted(self.processes().items()):
            if "OMPI_COMM_WORLD_RANK" in variables and self.name_of(process) not in ("bash", "sh"):
                found[int(variables["OMPI_COMM_WORLD_RANK"])] = process
        return found

    @staticmethod
    def name_of(process):
        try:
            return Path(f"/proc/{process}/comm").read_text().strip()
        except OSError:
            return ""

    def processes_of(self, to):
        if to == "job":
            return [self.job.pid]
        if to == "mpirun":
            return [process for process in self.processes() if self.name_of(process) == "mpirun"]
        ranks = self.ranks()
        return list(ranks.values()) if to == "all" else [ranks[to]] if to in ranks else []

    def clear(self):
        """Ends what is left of the case; gives what there was."""
        left = self.processes()
        for process in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        if self.job:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.job.wait(5)
        return left

    # What a run has left

    def metrics(self, run=None):
        path = (run or self.run) / "metrics.jsonl"
        lines = []
        for line in path.read_text(errors="replace").splitlines() if path.exists() else []:
            with contextlib.suppress(json.JSONDecodeError):
                record = json.loads(line)
                lines.append({name: value for name, value in record.items() if name not in TIMES})
        return lines

    def reached(self):
        """The step of the last whole line of metrics, of which there may be many."""
        path = self.run / "metrics.jsonl"
        try:
            with open(path, "rb") as file:
                file.seek(max(0, path.stat().st_size - 4096))
                lines = file.read().split(b"\n")
        except OSError:
            return 0
        for line in reversed(lines[:-1]):
            with contextlib.suppress(ValueError, KeyError, TypeError):
                return json.loads(line)["step"]
        return 0

    def checkpoints(self):
        return sorted((self.run / "checkpoints").glob("step-*.safetensors"))

    def contents(self):
        return {
            str(path.relative_to(self.run)): path.read_bytes()
            for path in sorted(self.run.rglob("*")) if path.is_file() and path.name != "lock"
        }

    # What must hold

    def check_nothing_left(self, before):
        deadline = time.time() + 8
        while self.processes() and time.time() < deadline:
            time.sleep(0.05)
        if left := self.clear():
            raise Failed("processes were left: " + ", ".join(f"{self.name_of(p)} {p}" for p in left))
        if left := sorted(shared_memory() - before):
            for name in left:
                with contextlib.suppress(OSError):
                    os.unlink(f"/dev/shm/{name}")
            if left := [name for name in left if not re.search(self.case.leaves, name)]:
                raise Failed("left in /dev/shm: " + ", ".join(left))
        left = [str(path.relative_to(self.temporary)) for path in self.temporary.rglob("*") if not path.is_dir()]
        if left := [name for name in left if not re.search(self.case.leaves, name)]:
            raise Failed("left in TMPDIR: " + ", ".join(left))

    def check_end(self, code, text):
        case = self.case
        if code not in case.codes:
            raise Failed(f"code {code}, not {' or '.join(map(str, case.codes))}: {self.tail()}")
        if case.says and not re.search(case.says, text):
            raise Failed(f"it did not say '{case.says}': {self.tail()}")
        if case.silent and re.search(case.silent, text):
            raise Failed(f"it said '{case.silent}': {self.tail()}")
        if re.search(r"Fatal error|Fatal signal|Current stack trace", text) and code < 129:
            raise Failed(f"it crashed: {self.tail()}")

    def check_resumes(self, ranks=None):
        """Goes on without the fault, and compares with the undisturbed run."""
        reached = self.reached()
        (self.directory / "output").unlink(missing_ok=True)
        self.start(self.arguments(["--resume"]), ranks=ranks, rules=(), shell="", launch=False, redirect="")
        code, text = self.finish()
        if code != 0:
            raise Failed(f"--resume ended with code {code}: {self.tail()}")
        found = re.search(r"going on from step (\d+)", text)
        origin = int(found.group(1)) if found else 0
        self.lost = max(0, reached - origin)
        # A save that is due at the very step has not begun before the one before it is in place.
        due = reached if self.case.asked else max(0, (reached - 1) // EVERY * EVERY - EVERY)
        if self.code == 0:
            due = self.lost = 0  # it was over before the fault came
        if origin < due:
            raise Failed(f"it had come to step {reached} and went on from step {origin}, not at least {due}")
        self.check_finished()

    def check_finished(self):
        reference = self.suite.undisturbed(self.case)
        for name in ("model.safetensors", "selected.csv"):
            if not (self.run / name).exists():
                raise Failed(f"there is no {name}")
            if (self.run / name).read_bytes() != (reference / name).read_bytes():
                raise Failed(f"{name} is not that of an undisturbed run")
        expected = {line["step"]: line for line in self.metrics(reference)}
        lines = self.metrics()
        # A line covers the steps since the line before it, so one that follows a missing line has other means.
        steps = {line["step"] for line in lines} | {min(expected) - 1}
        lines = [line for line in lines if line["step"] - 1 in steps] if self.case.missing else lines
        if wrong := [line["step"] for line in lines if expected.get(line["step"]) != line]:
            differing = [(line["step"], name, value, expected.get(line["step"], {}).get(name)) for line in lines
                         for name, value in line.items() if expected.get(line["step"], {}).get(name) != value]
            raise Failed(f"metrics of steps {wrong[:5]} are not those of an undisturbed run: {differing[:3]}")
        if (lacking := len(expected.keys() - steps)) > self.case.missing:
            raise Failed(f"{lacking} lines of metrics are missing")
        names = {path.name for path in reference.rglob("*")}
        mine = {path.name for path in self.run.rglob("*")}
        odd = sorted(name for name in mine - names if not name.startswith("step-"))
        if odd != sorted(self.case.keeps):
            raise Failed(f"left in the run directory: {odd}")
        if lacking := sorted(name for name in names - mine - set(self.case.absent) if not name.startswith("step-")):
            raise Failed(f"missing in the run directory: {lacking}")

    def try_it(self):
        case = self.case
        before = shared_memory()
        undo = case.prepare(self) if case.prepare else None
        try:
            if case.scenario:
                began = time.time()
                case.scenario(self)
                self.seconds = time.time() - began
            else:
                old = self.contents() if case.after == "refused" and self.run.exists() else {}
                if getattr(case.moment, "is_drawn", False):
                    self.suite.undisturbed(case)  # not beside the job
                self.start()
                faulted = self.began
                if case.moment:
                    case.moment(self)
                    faulted = time.time()
                if case.fault:
                    case.fault(self)
                self.open_gate()
                self.code, text = self.finish()
                self.seconds = time.time() - faulted
                self.check_end(self.code, text)
                if case.after == "refused":
                    new = self.contents() if self.run.exists() else {}
                    if changed := sorted(n for n in old.keys() | new.keys() if old.get(n) != new.get(n)):
                        raise Failed(f"changed in the run directory: {changed}")
        finally:
            if undo:
                undo()
        self.check_nothing_left(before)
        if case.after == "resumes" and not case.scenario:
            self.check_resumes()
        elif case.after == "finished" and not case.scenario:
            self.lost = 0
            self.check_finished()


def shared_memory():
    return set(os.listdir("/dev/shm")) if os.path.isdir("/dev/shm") else set()


# Checkpoints and what can be wrong with them


def sections(path):
    """The parts of a file of tensors: name, first byte, length."""
    blob = path.read_bytes()
    (length,) = struct.unpack("<Q", blob[:8])
    header = json.loads(blob[8 : 8 + length])
    metadata = blob.find(b"__metadata__", 8, 8 + length)
    parts = [("the header's length", 0, 8), ("the header", 8, length), ("the metadata", metadata, 200)]
    for name, tensor in header.items():
        if name != "__metadata__":
            first, last = tensor["data_offsets"]
            parts.append((name, 8 + length + first, last - first))
    return parts


def flip(path, place):
    blob = bytearray(path.read_bytes())
    blob[place] ^= 1 << (place % 8)
    path.write_bytes(blob)


# The suite


class Suite:
    def __init__(self, options):
        self.repository = Path(__file__).resolve().parents[2]
        self.program = Path(options.program).resolve()
        self.seed = options.seed
        self.isolated = options.isolated
        # Open MPI keeps sockets there, whose paths have to be short.
        self.directory = Path(tempfile.mkdtemp(prefix="caef-", dir="/tmp"))
        self.references = {}
        self.library = None
        self.cut_run = None
        self.make_data()

    def make_data(self):
        """300 rows of 40 features, mixed from 4 sources."""
        generator = random.Random(0)
        mixing = [[generator.gauss(0, 1) for _ in range(40)] for _ in range(4)]
        rows = []
        for _ in range(300):
            sources = [generator.gauss(0, 1) for _ in range(4)]
            rows.append([
                sum(s * m[j] for s, m in zip(sources, mixing)) + generator.gauss(0, 0.1) for j in range(40)])
        self.rows = rows

    def data_path(self, name, scene):
        made = {
            "x.npy": lambda: self.rows, "long.npy": lambda: self.rows * 70,
            # Features that ranks divide.
            "wide.npy": lambda: [row * 105 for row in self.rows[:60]],
            # A row whose squared errors are more than a float holds.
            "huge.npy": lambda: self.rows[:7] + [[1e30] * 40] + self.rows[8:],
        }
        if name in made and not (self.directory / name).exists():
            write_npy(self.directory / name, made[name]())
        return str(self.directory / name) if name in made else name.format(directory=scene.directory)

    def shim(self):
        """shim.c as a library; made once."""
        if self.library is None:
            compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
            if not compiler:
                raise Skipped("no C compiler for shim.c")
            self.library = self.directory / "shim.so"
            source = Path(__file__).with_name("shim.c")
            subprocess.run(
                [compiler, "-O1", "-shared", "-fPIC", "-o", self.library, source, "-ldl", "-lpthread"], check=True)
        return self.library

    def undisturbed(self, case):
        """The run directory of an undisturbed run with the case's settings."""
        key = (case.whole, case.options, case.data)
        if key not in self.references:
            plain = Case("", "undisturbed", ranks=0, whole=case.whole, options=case.options, data=case.data)
            scene = Scene(self, plain)
            began = time.time()
            scene.start()
            code, _ = scene.finish(case.limit)
            if code != 0:
                raise SystemExit(f"an undisturbed run ended with code {code}: {scene.tail()}")
            self.references[key] = (scene.run, time.time() - began)
        return self.references[key][0]

    def seconds(self, case):
        """What an undisturbed run with the case's settings took."""
        self.undisturbed(case)
        return self.references[case.whole, case.options, case.data][1]

    def run_that_was_cut(self, scene):
        """Copies a run into the scene that was killed in the save of step 42; those of 36 and 35 are there."""
        if self.cut_run is None:
            rules = ("call=rename;path=step-00000042;do=kill;arg=9",)
            first = Scene(self, Case("", "cut", ranks=0, rules=rules))
            first.start()
            first.finish()
            self.cut_run = first.run
        shutil.copytree(self.cut_run, scene.run)

    def try_case(self, case):
        """Outcome, remark, scene."""
        if case.mounts and not self.isolated:
            return "skipped", "needs a mount namespace (root and unshare)", None
        scene = Scene(self, case)
        try:
            scene.try_it()
            return "passed", "", scene
        except Failed as failure:
            return "failed", str(failure), scene
        except Skipped as reason:
            return "skipped", str(reason), scene
        finally:
            scene.clear()

    def remove(self):
        shutil.rmtree(self.directory, ignore_errors=True)


def write_npy(path, rows, kind="<f4"):
    """A NumPy file of numbers, without NumPy."""
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': ({len(rows)}, {len(rows[0])}), }}"
    header += " " * (-(10 + len(header) + 1) % 64) + "\n"
    values = b"".join(struct.pack(f"<{len(row)}f", *row) for row in rows)
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + values)


def main(cases):
    parser = argparse.ArgumentParser(prog="scripts/test-faults", description="Faults, and what must hold after them.")
    parser.add_argument("--part", choices=["all", "ci", "long"], default="all",
                        help="ci: the cases marked so (3 minutes); long: those by hand (an hour), which all leaves out")
    parser.add_argument("--only", default="", help="cases whose group or name matches this regular expression")
    parser.add_argument("--seed", type=int, default=0, help="of the random moments")
    parser.add_argument("--table", help="file to write the results to, as a table in Markdown")
    parser.add_argument("--list", action="store_true", help="print the cases and end")
    parser.add_argument("--program", default=os.environ.get("CAE_PROGRAM"), help=argparse.SUPPRESS)
    parser.add_argument("--isolated", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    names = [case.name for case in cases]
    assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]
    parts = {"all": lambda case: not case.long, "ci": lambda case: case.ci, "long": lambda case: case.long}
    chosen = [case for case in cases if parts[options.part](case)]
    chosen = [case for case in chosen if re.search(options.only, f"{case.group}: {case.name}")]
    if options.list:
        for case in chosen:
            print(f"{case.group}: {case.name}" + (f" (known: {case.known})" if case.known else ""))
        return 0
    limit = {"all": 1200, "ci": 180, "long": 7200}[options.part]
    suite, began, results = Suite(options), time.time(), []
    # A shell starts what runs in its background with SIGINT ignored, which no job could then be sent.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    try:
        for case in chosen:
            if time.time() - began > limit:
                outcome, remark, scene = "skipped", f"the limit of {limit} s was reached", None
            else:
                outcome, remark, scene = suite.try_case(case)
            if case.known and outcome in ("failed", "passed"):
                outcome = "known" if outcome == "failed" else "mended"
            results.append((case, outcome, remark, scene))
            show(case, outcome, remark, scene)
            if scene and outcome == "passed":
                shutil.rmtree(scene.directory, ignore_errors=True)
    finally:
        suite.remove()
    if options.table:
        Path(options.table).write_text(table(results))
    return summary(results, time.time() - began)


def show(case, outcome, remark, scene):
    code = "" if scene is None or scene.code is None else scene.code
    seconds = "" if scene is None or scene.seconds is None else f"{scene.seconds:.1f} s"
    lost = "" if scene is None or scene.lost is None else f"{scene.lost} lost"
    print(f"{outcome:8} {case.group}: {case.name:60} {code!s:>4} {seconds:>7} {lost:>8}", flush=True)
    if outcome in ("failed", "known"):
        print(f"         {remark}" + (f"\n         known: {case.known}" if case.known else ""), flush=True)


# Cases that differ in these words alone share an entry of the table.
MERGED = (
    (r"\brank \d\b", "a rank"), (r"SIG(USR1|TERM|INT|HUP)\b", "a signal"), (r"SIG(SEGV|BUS|ABRT|ILL)\b", "a crash"),
    (r", \d+$", ""), (r", (a plain process|\d ranks)( under mpirun)?$", ""), (r", a large model$", ""),
    (r"a flipped bit in .*", "a flipped bit in each section"), (r"^cut (to|in|behind|by) .*", "cut in each section and at its ends"),
    (r"algorithm \d", "algorithms 0 to 6"), (r"(full|broken) for \S+\.\S+", "full or broken for each file of results"),
    (r"a torn line of metrics|metrics that are no text|no config.yaml|config.yaml is no YAML", "other files damaged or gone"),
    (r"jumps (.*) mid-run", "jumps an hour or a day ahead, an hour back, to 1970"),
)


def merged(case):
    name = case.name
    for pattern, text in MERGED:
        name = re.sub(pattern, text, name)
    return case.group, name


def table(results):
    """A line for each group, code and outcome: how many cases, the most seconds and steps lost, and what they were."""
    lines = ["| fault | tried | code | seconds | steps lost | outcome | cases |", "| --- | --- | --- | --- | --- | --- | --- |"]
    alike, kinds = {}, {}
    for case, *_ in results:
        alike.setdefault(merged(case), []).append(case)
    for case, outcome, _, scene in results:
        code = "" if scene is None or scene.code is None else scene.code
        kinds.setdefault((case.group, code, outcome), []).append((case, scene))
    groups = list(dict.fromkeys(case.group for case, *_ in results))
    for (group, code, outcome), tried in sorted(kinds.items(), key=lambda item: (groups.index(item[0][0]), str(item[0][1]).zfill(3))):
        scenes = [scene for _, scene in tried if scene]
        seconds = max((scene.seconds for scene in scenes if scene.seconds is not None), default=None)
        lost = max((scene.lost for scene in scenes if scene.lost is not None), default="")
        names = dict.fromkeys(merged(case)[1] if len(alike[merged(case)]) > 1 else case.name for case, _ in tried)
        lines.append(f"| {group} | {len(tried)} | {code} | {'' if seconds is None else f'{seconds:.1f}'} | {lost} | {outcome} | "
                     f"{'; '.join(names)} |")
    return "\n".join(lines) + "\n"


def summary(results, seconds):
    def those(outcome):
        return [item for item in results if item[1] == outcome]

    print()
    for case, _, remark, _ in those("known"):
        print(f"KNOWN: {case.group}: {case.name}: {case.known}")
    for case, _, _, _ in those("mended"):
        print(f"MENDED: {case.group}: {case.name} holds now: remove its mark `known`")
    reasons = {}
    for case, _, remark, _ in those("skipped"):
        reasons.setdefault(remark, []).append(case)
    for reason, cases in reasons.items():
        print(f"SKIPPED: {len(cases)} cases of the fault suite: {reason}")
    for case, _, remark, _ in those("failed"):
        print(f"FAILED: {case.group}: {case.name}: {remark}")
    counts = ", ".join(
        f"{len(those(outcome))} {outcome}" for outcome in ("passed", "mended", "known", "failed", "skipped") if those(outcome))
    print(f"{len(results)} faults in {seconds:.0f} s: {counts}")
    return 1 if those("failed") else 0
