"""What goes wrong, and what is left then."""

import os
import pickle
import signal
import threading
import time

import numpy as np
import pytest

import cae
from cae import ConcreteAutoencoderSelector, InputError, ProgramError, ProgramNotFoundError
from cae._errors import error_of


def test_program_missing(numbers, monkeypatch):
    monkeypatch.delenv("CAE_PROGRAM", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ProgramNotFoundError, match="swift build .* CAE_PROGRAM"):
        ConcreteAutoencoderSelector(k=2).fit(numbers)
    monkeypatch.setenv("CAE_PROGRAM", "/nowhere/cae")
    with pytest.raises(FileNotFoundError, match="CAE_PROGRAM is '/nowhere/cae'"):
        ConcreteAutoencoderSelector(k=2).fit(numbers)


def test_program_on_path(numbers, monkeypatch, tmp_path):
    (tmp_path / "cae").symlink_to(cae._program.find_program())
    monkeypatch.delenv("CAE_PROGRAM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ConcreteAutoencoderSelector(k=2, epochs=20).fit(numbers).get_support().sum() == 2
    with pytest.raises(ProgramNotFoundError, match="mpirun is not on PATH"):
        ConcreteAutoencoderSelector(k=2, launcher="mpirun -n 2").fit(numbers)


def test_program_that_cannot_run(numbers, monkeypatch, tmp_path):
    broken = tmp_path / "cae"
    broken.write_text("no program")
    broken.chmod(0o755)
    monkeypatch.setenv("CAE_PROGRAM", str(broken))
    with pytest.raises(ProgramNotFoundError, match="cannot be run: Exec format error"):
        ConcreteAutoencoderSelector(k=2).fit(numbers)


def test_program_that_is_another(numbers, monkeypatch):
    monkeypatch.setenv("CAE_PROGRAM", "true")
    with pytest.raises(ProgramError, match="left no result.json"):
        ConcreteAutoencoderSelector(k=2).fit(numbers)
    monkeypatch.setenv("CAE_PROGRAM", "false")
    with pytest.raises(ProgramError, match="ended with exit code 1"):
        ConcreteAutoencoderSelector(k=2).fit(numbers)


@pytest.mark.parametrize(
    "value, missing, message",
    [
        (np.nan, "error", "contains NaN. missing='mean' puts"),
        (np.inf, "error", "infinity"),
        (np.inf, "mean", "infinity"),
        (1e300, "error", "infinity or a value too large for dtype..float32"),
    ],
)
def test_bad_values(numbers, value, missing, message):
    numbers[3, 1] = value
    with pytest.raises(ValueError, match=message):
        ConcreteAutoencoderSelector(k=2, missing=missing).fit(numbers)


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"k": 0}, "k must be a whole number of at least 1, got 0"),
        ({"k": 2.5}, "k must be a whole number"),
        ({"k": True}, "k must be a whole number"),
        ({"task": "rank"}, "task must be one of reconstruct, classify, regress, got 'rank'"),
        ({"n_jobs": 0}, "n_jobs must be None, -1 or a number of workers, got 0"),
        ({"learning_rate": -1}, "--learning-rate: -1.0 is not a finite number above 0"),
        ({"scale": "robust"}, "robust"),
        ({"keep": ["nose"]}, "^X: --keep 'nose' is no column"),
        ({"options": {"sed": 3}}, "Unknown option '--sed'. Did you mean '--seed'"),
        ({"options": {"run_dir": "x"}}, "options: 'run-dir' is what a parameter"),
        ({"keep": [1], "never": [1]}, "never to be selected"),
    ],
)
def test_bad_parameters(numbers, parameters, message):
    with pytest.raises(ValueError, match=message):
        ConcreteAutoencoderSelector(**{"k": 2, **parameters}).fit(numbers)


def test_bad_files(tmp_path):
    with pytest.raises(InputError, match="nowhere.csv") as caught:
        ConcreteAutoencoderSelector(k=2).fit(tmp_path / "nowhere.csv")
    assert caught.value.code == 3 and caught.value.command[1] == "train" and "nowhere" in caught.value.log
    (tmp_path / "x.csv").write_text("a,b\n1,2\n3,x\n")
    with pytest.raises(InputError, match="x.csv"):
        ConcreteAutoencoderSelector(k=2).fit(tmp_path / "x.csv")


def test_bad_classes(numbers):
    selector = ConcreteAutoencoderSelector(k=2, task="classify")
    with pytest.raises(ValueError, match="requires y to be passed"):
        selector.fit(numbers)
    with pytest.raises(ValueError, match="continuous"):
        selector.fit(numbers, numbers[:, 0])
    with pytest.raises(ValueError, match="y has 1 class, 3"):
        selector.fit(numbers, np.full(60, 3))


def test_exit_codes():
    kinds = {2: ValueError, 3: ValueError, 4: ValueError, 5: OSError, 6: RuntimeError, 7: FloatingPointError}
    kinds |= {8: TimeoutError, 75: RuntimeError, -11: RuntimeError, 1: RuntimeError}
    for code, kind in kinds.items():
        error = error_of(code, "a line\ncae: error: a sentence\nmore\n", ["cae", "train"])
        assert isinstance(error, kind) and isinstance(error, ProgramError) and error.code == code
        assert ("a sentence" in str(error)) == (code != 75)
        copy = pickle.loads(pickle.dumps(error))
        assert (type(copy), str(copy), copy.code, copy.log) == (type(error), str(error), code, error.log)
    assert str(error_of(-9, "first\nlast\n", [])) == "the program was ended by signal 9\nfirst\nlast"


def test_mpirun_that_starts_nothing(numbers):
    with pytest.raises(ProgramError, match="slots"):
        ConcreteAutoencoderSelector(k=2, launcher="mpirun -n 999").fit(numbers)


def interrupt_when(happened):
    """Interrupts this process, as Ctrl-C does, once `happened()`."""

    def watch():
        while not happened():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=watch, daemon=True).start()


LONG = {"k": 3, "epochs": 20_000, "random_state": 0, "options": {"search": "none", "refit": False, "compare": False}}


def under_way(run):
    """Whether the run has done some hundred steps."""
    metrics = run / "metrics.jsonl"
    return metrics.exists() and metrics.stat().st_size > 50_000


def saved_steps(run):
    return [int(path.stem.split("-")[1]) for path in (run / "checkpoints").iterdir()]


def test_interrupt_and_go_on(numbers, tmp_path):
    run = tmp_path / "run"
    selector = ConcreteAutoencoderSelector(**LONG, run_dir=run).set_params(random_state=None)
    interrupt_when(lambda: under_way(run))
    with pytest.raises(KeyboardInterrupt):
        selector.fit(numbers)
    assert not hasattr(selector, "selected_")
    newest = max(saved_steps(run))
    assert 0 < newest < LONG["epochs"]
    selector.fit(numbers)
    assert f"step {newest}" in selector.log_
    whole = ConcreteAutoencoderSelector(**LONG).fit(numbers)
    assert selector._model.layers[0][0].tobytes() == whole._model.layers[0][0].tobytes()
    with pytest.raises(InputError, match="other data"):
        selector.fit(numbers + 1)


@pytest.mark.parametrize("who", [{"n_jobs": 2}, {"launcher": "mpirun -n 2"}])
def test_interrupt_of_ranks(numbers, tmp_path, who):
    run = tmp_path / "run"
    interrupt_when(lambda: under_way(run))
    with pytest.raises(KeyboardInterrupt):
        ConcreteAutoencoderSelector(**{**LONG, "epochs": 10**6}, **who, run_dir=run).fit(numbers)
    assert 0 < max(saved_steps(run)) < 10**6


def test_interrupt_without_run_dir(numbers, temporary):
    interrupt_when(lambda: any(temporary.glob("cae-*/run/metrics.jsonl")))
    with pytest.raises(KeyboardInterrupt):
        ConcreteAutoencoderSelector(**LONG).fit(numbers)


def test_show_versions(capsys):
    cae.show_versions()
    said = capsys.readouterr().out
    assert cae._program.find_program() in said and f"numpy:              {np.__version__}" in said
    assert f"cae:                {cae.__version__}" in said


def test_columns_of_text_are_named(numbers):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(numbers, columns=[f"c{index}" for index in range(numbers.shape[1])])
    frame["kind"] = "x"
    frame["day"] = pandas.Timestamp("2026-01-31")
    with pytest.raises(ValueError, match=r"2 of the columns hold what is no number: 'kind', 'day'.*select_dtypes"):
        ConcreteAutoencoderSelector(k=2, epochs=2).fit(frame)
    with pytest.raises(ValueError, match=r"1 of the columns hold what is no number: 'day'"):
        ConcreteAutoencoderSelector(k=2, epochs=2).fit(frame.drop(columns="kind"))
