"""The cases of the fault suite, as data; machinery.py says what the words mean."""

import math
import zlib

from machinery import *  # noqa: F403

# Where mpirun is killed it cannot remove what it and the ranks' transport have made.
OPEN_MPI = r"^(vader_segment|ompi\.)"

LONG = ("--epochs", "60")  # 420 steps, enough to be cut several times

# Most of the time of such a run is validation.
VALIDATING = {"options": ("--validation-fraction", "0.9", "--hidden", "400", "--batch-size", "1000", "--epochs", "400")}

CASES = []

# scripts/launch

for times, ranks in ((2, 3), (4, 2)):
    CASES.append(Case(
        "launch", f"{times} kills of ranks or mpirun, {ranks} ranks, until done", codes=(0,), after="finished",
        options=("--epochs", "300"), ranks=ranks, launch=(), moment=started, fault=kill_now_and_then(times, 0, 0.5), limit=120, leaves=OPEN_MPI,
        says="starting again with --resume", silent="line [0-9]+:", ci=times == 2))
for name in ("TERM", "INT", "HUP", "USR1"):
    CASES.append(Case(
        "launch", f"SIG{name} asks the run to save and stop", codes=(75,), asked=True, options=LONG, launch=(),
        **MIDDLE, fault=send(name, "job"), silent="starting again", ci=name == "TERM"))
CASES += [
    Case("launch", "SIGTERM twice ends it at once", codes=(1, 75), options=LONG, launch=(), **MIDDLE,
         fault=send("TERM", "job", times=2, gap=0.1), missing=1, silent="starting again"),
    Case("launch", "SIGTERM before the run can hear it", codes=(75,), launch=(), moment=started,
         fault=send("TERM", "job"), silent="starting again"),
    Case("launch", "killed itself: mpirun and the ranks follow", codes=(137,), options=LONG, launch=(), **MIDDLE,
         fault=send("KILL", "job"), missing=1),
    Case("launch", "bad usage is not started again", codes=(2,), after="nothing", launch=(), extra=("--k", "0"),
         says="--k: 0 is not", silent="starting again|MPI_ABORT|mpirun noticed"),
    Case("launch", "missing data are not started again", codes=(3,), after="nothing", launch=(),
         extra=("--data", "nowhere"), says="no data in nowhere", silent="starting again|MPI_ABORT", ci=True),
    Case("launch", "no restarts wanted", codes=(137,), launch=("--max-restarts", "0"), **MIDDLE,
         fault=send("KILL", 1), silent="starting again|mpirun noticed.*\n.*cae: error"),
    Case("launch", "killed at each start: given up after two attempts", codes=(137,), after="nothing", launch=(),
         shell="kill -9 $$", says="no further step was saved in two attempts"),
    Case("launch", "one attempt without a further step is forgiven", codes=(0,), after="finished", launch=(),
         shell='[ $rank = 1 ] && mkdir first 2>/dev/null && kill -9 $$', says="no step is saved; starting again"),
    Case("launch", "a rank that hangs", codes=(0,), after="finished", launch=(), **MIDDLE, fault=send("STOP", 1),
         options=("--stall-timeout", "2"), says=r"code 8 \(stalled\)"),
    Case("launch", "standard input closed", codes=(0,), after="finished", launch=(), redirect="<&-"),
    Case("launch", "more ranks than cores, said in words", codes=(0,), after="finished", launch=(), ranks=2 * os.cpu_count(),
         says="take turns"),
]

# Signals that kill, at every moment of each rank

MOMENTS = {
    "at the start": {"moment": started},
    "when the run directory is taken": at("open", "run/lock"),
    "in the first step": FIRST_STEP,
    "mid-run": MIDDLE,
    "in the first save": at("write", "checkpoints/.cae-", 7),
    "when a save begins": SAVE_BEGUN,
    "when a save is written but has no name": SAVE_WRITTEN,
    "when a save has got its name": SAVE_IN_PLACE,
    "before the model is there": result_file("model.safetensors"),
    "before the selection is there": result_file("selected.csv"),
    "before the result is there": result_file("result.json"),
    "before the report is there": result_file("report.html"),
}
WHOLE = ("before the result is there", "before the report is there")
CI_KILLS = {(0, "mid-run"), (1, "when a save is written but has no name"), (2, "at the start"), (0, "before the report is there")}

for when, moment in MOMENTS.items():
    for rank in range(3):
        CASES.append(Case(
            "kill", f"rank {rank} {when}", codes=(137,), **moment, fault=send("KILL", rank), whole=when in WHOLE,
            ci=(rank, when) in CI_KILLS))
for rank in range(3):
    CASES += [
        Case("kill", f"rank {rank} while much is validated", codes=(137,), data="long.npy", **VALIDATING,
             moment=after(1.2, 2), fault=send("KILL", rank)),
        Case("kill", f"rank {rank} somewhere in a whole run", codes=(137,), whole=True, options=LONG, moment=after(0.6, 2.5),
             fault=send("KILL", rank)),
    ]
# A signal that was sent does not come again after Swift's backtrace, as one that an instruction causes would.
NO_BACKTRACE = "export SWIFT_BACKTRACE=enable=no"
for when in ("in the first step", "mid-run", "when a save is written but has no name", "before the report is there"):
    for rank in (0, 2):
        CASES.append(Case(
            "crash", f"SIGSEGV of rank {rank} {when}", codes=(139,), **MOMENTS[when], fault=send("SEGV", rank), shell=NO_BACKTRACE,
            whole=when in WHOLE, ci=(rank, when) == (2, "mid-run")))
for name, code in (("BUS", 135), ("ABRT", 134), ("ILL", 132)):
    CASES.append(Case("crash", f"SIG{name} of rank 1 mid-run", codes=(code,), **MIDDLE, fault=send(name, 1),
                      shell=NO_BACKTRACE))
CASES += [
    Case("crash", "rank 0 stores through a null pointer mid-run, with a backtrace", codes=(139,),
         rules=("rank=0;call=write;path=metrics.jsonl;nth=27;do=crash",)),
    Case("crash", "rank 2 stores through a null pointer before it has read data, with a backtrace", codes=(139,),
         rules=("rank=2;call=open;path=x.npy;nth=1;do=crash",)),
]
for when in ("mid-run", "when a save is written but has no name", "before the report is there"):
    CASES.append(Case(
        "launcher", f"mpirun is killed {when}", codes=(137,), **MOMENTS[when], fault=send("KILL", "mpirun"), missing=1,
        whole=when in WHOLE, leaves=OPEN_MPI, ci=when == "mid-run"))

# Ranks that hang

HANGS = ("--stall-timeout", "2")
for rank in range(3):
    CASES.append(Case(
        "hang", f"rank {rank} mid-run, longer than the limit", codes=(8,), **MIDDLE, fault=send("STOP", rank),
        options=HANGS, says="no progress for [23] s while", ci=rank == 1))
CASES += [
    Case("hang", "a rank before it has joined the others", codes=(8,), after="nothing", leaves=OPEN_MPI, limit=15, ci=True,
         shell="export CAE_START_TIMEOUT=2; if [[ $rank == 1 ]]; then kill -STOP $$; fi",
         says="rank [02]: the ranks have not come together for 2 s"),
    Case("hang", "rank 0 in a save, longer than the limit", codes=(8,), **SAVE_WRITTEN, fault=send("STOP", 0), options=HANGS,
         says="no progress for"),
    Case("hang", "a disk that never answers, in a save", codes=(8,), rules=(
        "rank=0;call=fsync;path=checkpoints/.cae-;nth=3;do=gate;arg={gate}.never",), options=HANGS, says="no progress for"),
    Case("hang", "rank 0 before the report is there, longer than the limit", codes=(8,),
         **result_file("report.html"), fault=send("STOP", 0), whole=True, options=HANGS, says="no progress for|has not run for"),
    Case("hang", "rank 2 while rank 0 writes the report, longer than the limit", codes=(0, 8),
         **result_file("report.html"), fault=send("STOP", 2), whole=True, options=HANGS, limit=15),
    Case("hang", "rank 0 for a second", after="finished", **MIDDLE, fault=freeze(1, 0), options=("--stall-timeout", "6")),
    Case("hang", "rank 2 for a second", after="finished", **MIDDLE, fault=freeze(1, 2), options=("--stall-timeout", "6"),
         ci=True),
    Case("hang", "all ranks for a second", after="finished", **MIDDLE, fault=freeze(1, "all"),
         options=("--stall-timeout", "6")),
    Case("hang", "all ranks for longer than the limit, as a paused container", codes=(0, 8), **MIDDLE,
         fault=freeze(4, "all"), options=HANGS),
]

# Requests to stop

FROM_LAUNCHER = {"missing": 1}
for name in ("USR1", "TERM", "INT"):
    ended = (75,) if name == "USR1" else (1,)
    lines = {} if name == "USR1" else FROM_LAUNCHER
    CASES += [
        Case("stop", f"SIG{name} to mpirun", codes=ended, asked=True, options=LONG, **MIDDLE, fault=send(name, "mpirun"),
             **lines, ci=name != "INT"),
        Case("stop", f"SIG{name} to rank 1", codes=(75,), asked=True, options=LONG, **MIDDLE, fault=send(name, 1),
             ci=name == "TERM"),
        Case("stop", f"SIG{name} to all ranks", codes=(75,), asked=True, options=LONG, **MIDDLE, fault=send(name, "all")),
        Case("stop", f"SIG{name} to a plain process", codes=(75,), asked=True, options=LONG, ranks=0, **MIDDLE,
             fault=send(name, 0)),
        Case("stop", f"SIG{name} to mpirun, twice", codes=(75, 1), options=LONG, **MIDDLE,
             fault=send(name, "mpirun", times=2, gap=0.1), leaves=OPEN_MPI, **lines),
        Case("stop", f"SIG{name} to all ranks, twice", codes=(75,), asked=True, options=LONG, **MIDDLE,
             fault=send(name, "all", times=2, gap=0.1)),
        Case("stop", f"SIG{name} to mpirun when ranks have just been started", codes=(75, 1, 138), moment=started,
             fault=send(name, "mpirun"), **lines),
        Case("stop", f"SIG{name} to mpirun while results are written", codes=(75, 0, 1), whole=True,
             **result_file("result.json"), fault=send(name, "mpirun"), **lines),
        Case("stop", f"SIG{name} to mpirun in a save", codes=ended, options=LONG, **SAVE_WRITTEN, fault=send(name, "mpirun"),
             **lines),
    ]
    for number in range(2):
        CASES.append(Case(
            "stop", f"SIG{name} to mpirun at a random moment, {number + 1}", codes=(75, 0) if name == "USR1" else (1,),
            options=LONG, whole=True, moment=after(0.5, 2), fault=send(name, "mpirun"), **lines))
    for number in range(50):
        to, times = (("all", 1), (number % 3, 1), ("all", 2), (number % 3, 2), ("mpirun", 1), ("mpirun", 2))[number % 6]
        by_mpirun = to == "mpirun" and name != "USR1"
        heard = (1, 0) if by_mpirun else (75, 0)
        CASES.append(Case(
            # Before a rank, or mpirun, can hear it, the signal ends it.
            "stop", f"SIG{name} at a random moment, {number + 1}", codes=(*heard, 75, 128 + getattr(signal, f"SIG{name}")),
            asked=not by_mpirun, options=LONG, whole=True, moment=after(0.2, 3.5), fault=send(name, to, times, 0.1), leaves=OPEN_MPI,
            missing=1 if by_mpirun else 0, long=True))
CASES.append(Case(
    "stop", "SIGTERM twice to a plain process whose disk hangs ends it at once", codes=(143,), ranks=0, options=LONG,
    **SAVE_WRITTEN, fault=send("TERM", 0, times=2, gap=1.3)))

# Changing numbers of ranks


def chain(scene):
    """Launches on 1, 4, 2 and 3 ranks, of which all but the last are killed, each once it has come further."""
    for ranks in (1, 4, 2, 3):
        reached = scene.reached()
        scene.case.ranks = ranks
        scene.start(scene.arguments(["--resume"]), launch=("--max-restarts", "2"))
        if ranks != 3:
            deadline = time.time() + 40
            while scene.reached() < reached + 60 and scene.is_running() and time.time() < deadline:
                time.sleep(0.02)
            send("KILL", scene.random.randrange(ranks))(scene)
            while scene.reached() < reached + 120 and scene.is_running() and time.time() < deadline:
                time.sleep(0.02)
            send("TERM", "job")(scene)
        scene.code, _ = scene.finish(60)
        wanted = 0 if ranks == 3 else 75
        if scene.code != wanted:
            raise Failed(f"{ranks} ranks ended with code {scene.code}, not {wanted}: {scene.tail()}")
    scene.check_finished()


for number in range(2):
    CASES.append(Case("launch", f"kills and stops on 1, 4, 2 and 3 ranks, {number + 1}", scenario=chain,
                      options=("--epochs", "90"), limit=120))



def many_kills(total, each=10):
    """Kills of a rank or mpirun under scripts/launch: so many on a number of ranks, then a stop, and so on on another number."""

    def scenario(scene):
        case = scene.case
        while scene.kills < total:
            case.ranks = scene.random.choice([ranks for ranks in (1, 2, 3, 4) if ranks != case.ranks])
            scene.start(scene.arguments(["--resume"]), launch=("--max-restarts", str(each)))
            was_early = False
            for _ in range(min(each, total - scene.kills)):
                before, deadline = scene.reached(), time.time() + 60
                # Now and then before anything is read, or saved: one attempt without a further step is forgiven.
                was_early = not was_early and scene.random.random() < 0.2
                while scene.is_running() and time.time() < deadline and (
                        len(scene.ranks()) < case.ranks or not was_early and scene.reached() < before + 8):
                    time.sleep(0.02)
                time.sleep(scene.random.uniform(0, 0.3))
                victims = scene.processes_of("mpirun") + list(scene.ranks().values())
                if victims:
                    os.kill(scene.random.choice(victims), signal.SIGKILL)
                    scene.kills += 1
            send("TERM", "job")(scene)
            scene.code, _ = scene.finish(60)
            if scene.code not in (75, 137, 1):  # not 75: it is asked while the last kill still ends the ranks
                raise Failed(f"{case.ranks} ranks ended with code {scene.code} after {scene.kills} kills: {scene.tail()}")
        scene.start(scene.arguments(["--resume"]), launch=())
        scene.code, _ = scene.finish(case.limit)
        if scene.code != 0:
            raise Failed(f"it ended with code {scene.code}: {scene.tail()}")
        scene.check_finished()

    return scenario


CASES.append(Case("launch", "200 kills on changing numbers of ranks, until done", scenario=many_kills(200), long=True,
                  options=("--epochs", "9000"), limit=600, leaves=OPEN_MPI))

# Open MPI's choices and its own checks

for algorithm in range(7):
    CASES.append(Case("Open MPI", f"all-reduce algorithm {algorithm}", after="finished", mca=(
        "coll_tuned_use_dynamic_rules", "1", "coll_tuned_allreduce_algorithm", str(algorithm)), ci=algorithm == 3))
for what, parameters in {
        "checks of parameters": ("mpi_param_check", "1"), "no checks of parameters": ("mpi_param_check", "0"),
        "checks of handles and memory that are not freed": ("mpi_show_handle_leaks", "1", "mpi_show_mpi_alloc_mem_leaks", "100"),
        "no shared-memory transport": ("btl", "self,tcp"), "no component for shared collectives": ("coll", "^sm,tuned")}.items():
    CASES.append(Case("Open MPI", what, after="finished", mca=parameters, silent="MPI_ERR|leak|not freed|was never freed"))

# The clock of the day

for what, seconds in (("an hour ahead", 3600), ("an hour back", -3600), ("a day ahead", 86400), ("to 1970", -1 << 30)):
    CASES.append(Case(
        "clock", f"rank 0 jumps {what} mid-run", after="finished", options=HANGS, silent="no progress",
        rules=(f"rank=0;call=write;path=metrics.jsonl;nth=20;do=clock;arg={seconds}",)))
CASES += [
    Case("clock", "rank 1 is a day ahead from the start", after="finished", options=HANGS,
         rules=("rank=1;call=open;path=/;nth=1;do=clock;arg=86400",)),
    Case("clock", "a plain process jumps an hour back mid-run", after="finished", ranks=0, options=HANGS,
         rules=("call=write;path=metrics.jsonl;nth=20;do=clock;arg=-3600",), ci=True),
    Case("clock", "a plain process jumps back in a save, and is killed", codes=(137,), ranks=0, rules=(
        "call=rename;path=step-00000024;do=clock;arg=-3600", "call=write;path=metrics.jsonl;nth=33;do=kill;arg=9")),
]

# Disks that fail, by system call


def disk(name, rule, **more):
    """A case of one process, unless it says otherwise, one of whose system calls fail."""
    settings = {"ranks": 0, "rules": (rule,), "after": "finished"} | more
    CASES.append(Case("disk", name, **settings))


FULL, BROKEN, DENIED, INTERRUPTED = 28, 5, 13, 4
SAVES = "checkpoints/.cae-"
disk("full for a line of metrics", f"call=write;path=metrics.jsonl;nth=10;do=errno;arg={FULL}",
     says="metrics from step 10 on wait to be written")
disk("part of a line of metrics", "call=write;path=metrics.jsonl;nth=10;do=short",
     says="metrics from step 10 on wait to be written")
disk("full in a save", f"call=write;path={SAVES};nth=7;do=errno;arg={FULL}",
     says="no checkpoint of step 6: .*training goes on and will try again", ci=True)
disk("full in a save, 3 ranks", f"rank=0;call=write;path={SAVES};nth=7;do=errno;arg={FULL}", ranks=3,
     says="no checkpoint of step 6: .*training goes on and will try again")
disk("broken when a save is brought to the disk", f"call=fsync;path={SAVES};nth=2;do=errno;arg={BROKEN}",
     says="no checkpoint of step 7")
disk("broken when a save is closed", f"call=close;path={SAVES};nth=2;do=errno;arg={BROKEN}", says="no checkpoint of step 7")
disk("broken when a save gets its name", f"call=rename;path=step-;nth=2;do=errno;arg={BROKEN}", says="no checkpoint of step 7")
disk("no checkpoint can be written at all", f"call=open;path={SAVES};times=0;do=errno;arg={FULL}", says="no checkpoint of step 48")
disk("half of each write, everywhere", "call=write;path=/.cae-;times=0;do=short")
disk("writes interrupted by signals", f"call=write;path=/.cae-;nth=3;times=4;do=errno;arg={INTERRUPTED}")
disk("a line of metrics interrupted by a signal", f"call=write;path=metrics.jsonl;nth=10;do=errno;arg={INTERRUPTED}")
disk("full from step 27 on", f"call=write;path=/run/;nth=140;times=0;do=errno;arg={FULL}", codes=(5,), after="resumes",
     says="No space left", missing=60, ranks=3, ci=True)
disk("full from the start", f"call=write;path=/run/;times=0;do=errno;arg={FULL}", codes=(5,), after="nothing",
     says="No space left")
for name in ("config.yaml", "metrics.jsonl"):
    disk(f"broken for {name}", f"call=rename;path={name};do=errno;arg={BROKEN}", codes=(5,), after="resumes", says=name)
for name in ("model.safetensors", "selected.csv", "result.json", "run.json", "report.html"):
    disk(f"full for {name}", f"rank=0;call=rename;path={name};do=errno;arg={FULL}", codes=(5,), after="resumes", says=name,
         whole=name in ("run.json", "report.html"), ranks=3, ci=name == "model.safetensors")
disk("no permission for the run directory", f"call=mkdir;path=/run;do=errno;arg={DENIED}", codes=(5,), after="resumes",
     says="Permission denied")
disk("no permission for the lock", f"call=open;path=/lock;do=errno;arg={DENIED}", codes=(5,), after="resumes", says="Permission denied")
disk("data that cannot be opened, on rank 1", f"rank=1;call=open;path=x.npy;times=0;do=errno;arg={BROKEN}", ranks=3,
     codes=(3, 5), after="resumes", says="rank 1 on .*x.npy")


# Directories


def remove_run(scene):
    shutil.rmtree(scene.run)


def rename_run(scene):
    scene.run.rename(scene.directory / "elsewhere")


def remove_checkpoints(scene):
    shutil.rmtree(scene.run / "checkpoints")


def in_the_way(name, kind):
    def prepare(scene):
        path = scene.run / name if name else scene.run
        path.parent.mkdir(exist_ok=True)
        path.mkdir() if kind == "directory" else path.write_text("in the way")

    return prepare


def read_only(scene):
    scene.run.mkdir()
    subprocess.run(["mount", "--bind", scene.run, scene.run], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", scene.run], check=True)
    return lambda: subprocess.run(["umount", "-l", scene.run], check=True)


def small_disk(size):
    """A run directory on a file system of so many bytes."""

    def prepare(scene):
        scene.run.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", scene.run], check=True)
        return lambda: subprocess.run(["umount", "-l", scene.run], check=True)

    return prepare


CASES += [
    Case("directory", "the run directory is removed mid-run", codes=(5,), **MIDDLE, fault=remove_run),
    Case("directory", "the run directory is renamed mid-run", codes=(5,), after="nothing", **MIDDLE, fault=rename_run),
    Case("directory", "the checkpoints' directory is removed mid-run and made again", after="finished", **MIDDLE,
         fault=remove_checkpoints),
    Case("directory", "read-only run directory", codes=(5,), after="refused", prepare=read_only, mounts=True,
         says="Read-only file system", ci=True),
    Case("directory", "a disk with room for two checkpoints", codes=(5,), after="nothing", prepare=small_disk("40k"),
         mounts=True, says="No space left"),
    Case("directory", "a file where the run directory should be", codes=(2, 5), after="nothing", prepare=in_the_way("", "file")),
    Case("directory", "a file where the checkpoints should be", codes=(5,), after="nothing",
         prepare=in_the_way("checkpoints", "file")),
    Case("directory", "a directory where the model should be", codes=(2, 5), after="nothing",
         prepare=in_the_way("model.safetensors", "directory")),
]

# Checkpoints that are damaged, or another run's


def damaged(change, newest=1):
    """A run that was cut, whose newest checkpoints are changed."""

    def prepare(scene):
        scene.suite.run_that_was_cut(scene)
        for path in scene.checkpoints()[::-1][:newest]:
            change(path)

    return prepare


def flipped(section):
    def change(path):
        _, first, length = next(part for part in sections(path) if part[0] == section)
        flip(path, first + length // 2)

    return change


def cut_to(place):
    def change(path):
        with open(path, "r+b") as file:
            file.truncate(place(path) if callable(place) else place)

    return change


def checkpoint(name, change, newest=1, **more):
    settings = {"ranks": 0, "prepare": damaged(change, newest), "extra": ("--resume",), "after": "finished",
                "says": "going on from step 35"} | more
    CASES.append(Case("checkpoint", name, **settings))


PARAMETERS = ["encoder.logits", "decoder.0.weight", "decoder.0.bias", "decoder.3.weight", "decoder.3.bias"]
for section in ["the header's length", "the header", "the metadata"] + [
        prefix + name for prefix in ("", "adam.first.", "adam.second.") for name in PARAMETERS]:
    checkpoint(f"a flipped bit in {section}", flipped(section), ci=section in ("the metadata", "adam.second.encoder.logits"))


def middle_of(section):
    def place(path):
        _, first, length = next(part for part in sections(path) if part[0] == section)
        return first + length // 2

    return place


CUTS = {
    "to nothing": 0, "in the header's length": 4, "behind the header's length": 8, "in the header": middle_of("the header"),
    "in the first tensor": middle_of("encoder.logits"), "in a middle tensor": middle_of("adam.first.decoder.3.weight"),
    "by its last byte": lambda path: path.stat().st_size - 1,
}
for where, place in CUTS.items():
    checkpoint(f"cut {where}", cut_to(place), ci=where == "by its last byte")
checkpoint("with bytes behind its end", lambda path: path.write_bytes(path.read_bytes() + b"more"))
checkpoint("not one at all", lambda path: path.write_text("hello"))
checkpoint("the newest two are damaged", flipped("encoder.logits"), newest=2, says=r"going on from step \d+|can be used",
           codes=(0, 4), after="nothing")
checkpoint("all are damaged", flipped("encoder.logits"), newest=9, codes=(4,), after="refused", says="none of its", ci=True)
checkpoint("all are empty", cut_to(0), newest=9, codes=(4,), after="refused", says="none of its")
checkpoint("all are damaged, 3 ranks", flipped("decoder.0.bias"), newest=9, codes=(4,), after="refused", says="none of its",
           ranks=3)
checkpoint("the newest is damaged, 3 ranks", flipped("adam.first.encoder.logits"), ranks=3, ci=True)
checkpoint("the newest has gone", lambda path: path.unlink())
checkpoint("all have gone", lambda path: path.unlink(), newest=9, says="", silent="going on from step")


def other_version(path):
    blob = path.read_bytes()
    found = re.search(rb'"format":"([^"]+)"', blob)
    path.write_bytes(blob[: found.start(1)] + b"9" * len(found.group(1)) + blob[found.end(1):])


checkpoint("of another version", other_version, newest=9, codes=(4,), after="refused", says="version|format")
checkpoint("under the name of a later step", lambda path: path.rename(path.with_name("step-00000042.safetensors")),
           codes=(0, 4), says="", after="nothing")
checkpoint("that cannot be read", lambda path: None, rules=(f"call=open;path=step-00000036;times=0;do=errno;arg={BROKEN}",),
           says="going on from step 35", keeps=("kept-1-step-00000036.safetensors",))


def of_another_run(*options):
    def prepare(scene):
        scene.suite.run_that_was_cut(scene)
        other = Scene(scene.suite, Case("", "other", ranks=0, options=options))
        other.start()
        other.finish()
        for path in other.checkpoints():
            shutil.copy(path, scene.run / "checkpoints")

    return prepare


for what, options in (("seed", ("--seed", "1")), ("number of features", ("-k", "4"))):
    checkpoint(f"of a run with another {what}", None, prepare=of_another_run(*options), codes=(4,), after="refused",
               says=r"seed|\bk\b")


def other_data(scene):
    scene.suite.run_that_was_cut(scene)
    rows = [list(row) for row in scene.suite.rows]
    rows[7][3] += 1
    write_npy(scene.directory / "other.npy", rows)


checkpoint("of other data", None, prepare=other_data, data="{directory}/other.npy", codes=(3, 4), after="refused", says="data")
checkpoint("gone on from with another seed", lambda path: None, extra=("--resume", "--seed", "7"), codes=(2, 4), after="refused",
           says="seed")


def spoil(name, text):
    def prepare(scene):
        scene.suite.run_that_was_cut(scene)
        path = scene.run / name
        path.write_bytes(path.read_bytes() + text) if text is not None else path.unlink()

    return prepare


for name, text, what in (
        ("metrics.jsonl", b'{"step":41,"lo', "a torn line of metrics"), ("metrics.jsonl", b"\xff\x00\xfe\n", "metrics that are no text"),
        ("config.yaml", None, "no config.yaml"), ("config.yaml", b"\x00{[", "config.yaml is no YAML"),
        ("checkpoints/.cae-1-x.tmp", None, "a temporary file of a killed save")):
    if name.endswith(".tmp"):
        def prepare(scene, name=name):
            scene.suite.run_that_was_cut(scene)
            (scene.run / name).write_bytes(b"half")
    else:
        prepare = spoil(name, text)
    checkpoint(what, None, prepare=prepare, says="going on from step 36")
checkpoint("no metrics", None, prepare=spoil("metrics.jsonl", None), says="going on from step 36", missing=36)

# Two jobs, locks


def two_jobs(scene):
    scene.start(rules=MIDDLE["rules"])
    held(scene)
    first, output = scene.job, scene.output
    second = Scene(scene.suite, Case("", "second"))
    second.run = scene.run
    second.start(second.arguments(["--resume"]))
    code, text = second.finish()
    second.clear()
    if code != 2 or "is in use by another job (host " not in text:
        raise Failed(f"the second job ended with code {code}: {second.tail()}")
    scene.job, scene.output = first, output
    scene.open_gate()
    scene.code, _ = scene.finish()
    if scene.code != 0:
        raise Failed(f"the first job ended with code {scene.code}: {scene.tail()}")
    scene.lost = 0
    scene.check_finished()


def lock_of_a_dead_host(scene):
    scene.suite.run_that_was_cut(scene)
    (scene.run / "lock").write_text("host gone, process 4711")


CASES += [
    Case("lock", "two jobs in one directory", scenario=two_jobs, ci=True),
    Case("lock", "the lock of a host that is gone", after="finished", prepare=lock_of_a_dead_host, extra=("--resume",),
         says="going on from step 36"),
    Case("lock", "a run that is there, without --resume", codes=(2,), after="refused", prepare=damaged(lambda path: None),
         says="already holds a run"),
]

# One rank that is not like the others


def own_data(change):
    """Each rank finds its data as `here` in a directory of its own; those of rank 1 are changed."""

    def prepare(scene):
        for rank in range(3):
            place = scene.directory / f"rank-{rank}"
            place.mkdir()
            rows = [list(row) for row in scene.suite.rows]
            if rank == 1:
                rows = change(rows)
            if rows:
                write_npy(place / "here.npy", rows)

    return prepare


def one_value(rows):
    rows[200][20] += 0.5
    return rows


def own_labels(scene):
    for rank in range(3):
        place = scene.directory / f"rank-{rank}"
        place.mkdir()
        with open(place / "here.csv", "w") as file:
            file.write(",".join(f"f{j}" for j in range(40)) + ",class\n")
            for i, row in enumerate(scene.suite.rows):
                label = "ab"[(i + (rank == 1 and i == 150)) % 2]
                file.write(",".join(f"{value:.4f}" for value in row) + f",{label}\n")


def another_version(scene):
    """A copy of the program that calls itself another version."""
    version = subprocess.run([scene.suite.program, "--version"], capture_output=True, text=True).stdout.strip().encode()
    blob = scene.suite.program.read_bytes()
    if version not in blob or len(version) > 15:
        raise Skipped("the version cannot be found in the program")
    path = scene.directory / "another"
    path.write_bytes(blob.replace(version, version[:-1] + b"x"))
    path.chmod(0o755)


OWN = 'cd "${program_directory:=$PWD}/rank-$rank"'
CASES += [
    Case("difference", "data of rank 1 in one value", codes=(6,), after="refused", prepare=own_data(one_value), data="here.npy",
         shell=OWN, says=r"training data \(SHA-256\)", ci=True),
    Case("difference", "data of rank 1 have other rows", codes=(6,), after="refused", prepare=own_data(lambda rows: rows[:-5]),
         data="here.npy", shell=OWN, says="rank 1"),
    Case("difference", "rank 1 has no data", codes=(3,), after="refused", prepare=own_data(lambda rows: []), data="here.npy",
         shell=OWN, says="rank 1 on .*here.npy"),
    Case("difference", "labels of rank 1", codes=(6,), after="nothing", prepare=own_labels, data="here.csv", shell=OWN,
         extra=("--task", "classify", "--label", "class"), says="data|label"),
    Case("difference", "settings of rank 1: those of rank 0 count", after="finished", shell='[ $rank = 1 ] && set -- "$@" --seed 3'),
    Case("difference", "rank 1 runs another version", codes=(6,), after="refused", prepare=another_version,
         shell="[ $rank = 1 ] && program=./another", says="version"),
    Case("difference", "kernels of rank 1", codes=(6,), after="refused", shell="[ $rank = 1 ] && export OPENBLAS_CORETYPE=Prescott",
         says="OPENBLAS_CORETYPE|kernels"),
    Case("difference", "vector instructions of rank 1: agreed upon", after="nothing",
         shell="[ $rank = 1 ] && export CAE_VECTOR_INSTRUCTIONS=baseline"),
]

# Numbers that are none


def with_value(value):
    def prepare(scene):
        rows = [list(row) for row in scene.suite.rows]
        rows[123][17] = value
        write_npy(scene.directory / "bad.npy", rows)

    return prepare


def shorter_file(scene):
    shutil.copy(scene.suite.directory / "x.npy", scene.directory / "bad.npy")
    os.truncate(scene.directory / "bad.npy", 20000)


def grows_shorter(scene):
    os.truncate(scene.directory / "bad.npy", 4096)


def bomb(size, claimed=None):
    """An NPZ file with an array of so many bytes, all zero, in a thousandth of them; or one that only claims to have them."""

    def prepare(scene):
        piece = bytes(1 << 20)
        text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({(claimed or size) // 4096}, 1024), }}"
        header = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text) + 1) + text.encode() + b"\n"

        def packed(part, end=zlib.Z_FULL_FLUSH):
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            return packer.compress(part) + packer.flush(end)

        size_of_all, checksum = len(header) + size, zlib.crc32(header)
        for _ in range(size >> 20):
            checksum = zlib.crc32(piece, checksum)
        # After a full flush a part depends on nothing before it.
        body = packed(header) + packed(piece) * (size >> 20) + packed(b"", zlib.Z_FINISH)
        sizes = struct.pack("<III", checksum, len(body), size_of_all)
        local = b"PK\3\4" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + struct.pack("<HH", 5, 0) + b"x.npy"
        entry = b"PK\1\2" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + sizes
        entry += struct.pack("<HHHHHII", 5, 0, 0, 0, 0, 0, 0) + b"x.npy"
        end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local) + len(body), 0)
        (scene.directory / "bomb.npz").write_bytes(local + body + entry + end)

    return prepare


for name, value in (("a NaN", math.nan), ("an infinity", math.inf)):
    CASES.append(Case(
        "numbers", f"{name} in the data", codes=(3,), after="refused", prepare=with_value(value), data="{directory}/bad.npy",
        says="row 12[34]", ci=value != math.inf))
for what, data, options in (("rows divided", "x.npy", LONG), ("features divided", "wide.npy", ("--epochs", "300"))):
    CASES += [
        Case("numbers", f"a rank multiplies wrong: {what}", codes=(6,), after="nothing", ranks=2, data=data, extra=options,
             rules=("rank=1;call=multiply;path=;nth=300;times=0;do=wrong",), says="ranks 0 and 1 work out different gradients",
             ci=True),
        Case("numbers", f"every rank multiplies right: {what}", after="nothing", ranks=2, data=data, extra=options,
             silent="different gradients|cae: error"),
    ]
CASES += [
    Case("numbers", "a NaN in the data, filled", after="nothing", prepare=with_value(math.nan), data="{directory}/bad.npy",
         extra=("--missing", "mean")),
    Case("numbers", "a loss that is not finite", codes=(7,), after="nothing", extra=("--learning-rate", "1e30"),
         says="is not finite at step", ci=True),
    Case("numbers", "a row whose loss is not finite, left out", after="finished", data="huge.npy",
         options=("--scale", "none", "--on-nonfinite", "skip"), says="skipped: loss or gradient is not finite at step", ci=True),
    Case("numbers", "a row whose loss is not finite", codes=(7,), after="nothing", data="huge.npy", options=("--scale", "none"),
         says="is not finite at step"),
    Case("numbers", "1 GB in an NPZ file of 1 MB, with less address space", codes=(3, 5), after="refused", ranks=0,
         prepare=bomb(1 << 30), data="{directory}/bomb.npz", shell="ulimit -v 1200000", says="cae: error: .*memory"),
    Case("numbers", "an NPZ file of 1 MB that claims 4 TB", codes=(3,), after="refused", ranks=0,
         prepare=bomb(1 << 20, 1 << 42), data="{directory}/bomb.npz", says="cae: error: .*bomb.npz"),
    Case("numbers", "data that end too early", codes=(3,), after="refused", prepare=shorter_file, data="{directory}/bad.npy",
         says="bad.npy"),
    Case("numbers", "data that are cut mid-run", codes=(3, 5, 135), after="nothing", prepare=with_value(0.0),
         data="{directory}/bad.npy", **MIDDLE, fault=grows_shorter),
]

# Standard streams

STREAMS = {
    "standard output closed": ">&-", "standard error closed": "2>&-", "all streams closed": "<&- >&- 2>&-",
    "standard output full": ">/dev/full", "standard error full": "2>/dev/full", "both full": ">/dev/full 2>/dev/full",
    "nobody reads standard output": "> >(exec head -n 1 >/dev/null)", "nobody reads anything": "> >(exec true) 2> >(exec true)",
}
# mpirun itself does not bear these: it asks its ranks to end, or dies. scripts/launch does.
OF_MPIRUN = {
    "all streams closed": {"codes": (0, 75), "leaves": OPEN_MPI}, **dict.fromkeys(
        ("nobody reads standard output", "nobody reads anything"), {"codes": (0, 1, 139, 141), "leaves": OPEN_MPI})}
for what, redirect in STREAMS.items():
    CASES += [
        Case("launch", what, after="finished", ranks=2, redirect=redirect, launch=()),
        Case("streams", f"{what}, a plain process", codes=(0, 5) if "full" in what else (0,), after="finished", ranks=0, redirect=redirect,
             ci=what == "standard error full"),
        Case("streams", f"{what}, 3 ranks", redirect=redirect, **OF_MPIRUN.get(what, {"after": "finished"})),
    ]
CASES.append(Case("streams", "standard input closed, 3 ranks under mpirun", after="finished", redirect="<&-"))

# Shared memory


def shared(size=None, fill=False, read_only=False):
    """A /dev/shm of that size for the case."""

    def prepare(scene):
        options = f"size={size}" if size else "size=16m"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", "/dev/shm"], check=True)
        if fill:
            with contextlib.suppress(OSError), open("/dev/shm/full", "wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
        if read_only:
            subprocess.run(["mount", "-o", "remount,ro", "/dev/shm"], check=True)
        return lambda: subprocess.run(["umount", "-l", "/dev/shm"], check=True)

    return prepare


for what, settings in {
        "of 64 KB": {"size": "64k"}, "of 1 MB": {"size": "1m"}, "of 13 MB": {"size": "13m"}, "that is full": {"fill": True},
        "that is read-only": {"read_only": True}}.items():
    CASES.append(Case("shared memory", f"/dev/shm {what}", after="finished", prepare=shared(**settings), mounts=True,
                      ci=what == "of 64 KB"))
    CASES.append(Case("shared memory", f"/dev/shm {what}, a large model", after="nothing", prepare=shared(**settings),
                      mounts=True, extra=("--hidden", "4000", "--epochs", "1"), ranks=2))

# Limits

for what, line, codes, said in (
        ("files of 4 KB at most", "ulimit -f 4", (5,), "File too large|ulimit -f"),
        ("files of 8 MB at most", "ulimit -f 8000", (0,), ""),
        ("8 open files", "ulimit -n 8", (0, 1, 5), ""),
        ("300 MB of address space", "ulimit -v 300000", (5,), "ulimit -v"),
        ("1.5 GB of address space", "ulimit -v 1500000", (0, 1, 2, 5), "")):
    for ranks in (0, 2):
        CASES.append(Case(
            "limits", f"{what}, {f'{ranks} ranks' if ranks else 'a plain process'}", codes=codes, after="nothing",
            shell=line, ranks=ranks, limit=10, leaves=OPEN_MPI, says=said))


if __name__ == "__main__":
    sys.exit(main(CASES))
