"""The cases of the fault suite, as data; machinery.py says what the words mean."""

from machinery import *  # noqa: F403

# Where mpirun is killed it cannot remove what it and the ranks' transport have made.
OPEN_MPI = r"^(vader_segment|ompi\.)"

LONG = ("--epochs", "60")  # 420 steps, enough to be cut several times

CASES = []

# scripts/launch

for times, ranks in ((2, 3), (4, 2)):
    CASES.append(Case(
        "launch", f"{times} kills of ranks or mpirun, {ranks} ranks, until done", codes=(0,), after="finished",
        options=LONG, ranks=ranks, launch=(), moment=started, fault=kill_now_and_then(times, 0, 0.5), limit=120, leaves=OPEN_MPI,
        says="starting again with --resume", ci=times == 2))
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


if __name__ == "__main__":
    sys.exit(main(CASES))
