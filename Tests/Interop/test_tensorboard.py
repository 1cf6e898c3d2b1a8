"""Event files of a run, read by TensorBoard."""

import json

import pytest
from conftest import cae
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    directory = tmp_path_factory.mktemp("digits")
    cae("data", "synthetic", "--output", directory / "digits", "--train", 600, "--test", 100)
    return directory / "digits"


def read(run):
    accumulator = EventAccumulator(str(run), size_guidance={"images": 0, "scalars": 0, "histograms": 0})
    accumulator.Reload()
    return accumulator


def train(digits, run, *options):
    cae("train", "--data", digits, "-k", 5, "--log-every", 2, "--run-dir", run, "--no-refit", "--no-compare", *options)
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def test_shows_what_metrics_say(digits, tmp_path):
    run = tmp_path / "run"
    lines = train(digits, run, "--epochs", 6, "--tensorboard")
    events = read(run)
    for name in set(lines[-1]) - {"step", "selectors", "step_ms"}:
        found = [(event.step, event.value) for event in events.Scalars(name)]
        assert found == [(line["step"], pytest.approx(line[name], rel=1e-6)) for line in lines if name in line]
    assert len(events.Scalars("step_ms/mean")) == len(lines)
    ends = [line["step"] for line in lines if "selectors" in line]
    for tag, count in (("selectors/logits", 5 * 784), ("selectors/probability", 5)):
        histograms = events.Histograms(tag)
        assert [event.step for event in histograms] == ends
        assert all(sum(event.histogram_value.bucket) == count for event in histograms)
    images = events.Images("rebuilt")
    assert images[0].step == 0 and all(image.width == 280 and image.height == 28 for image in images)
    assert all(image.encoded_image_string.startswith(b"\x89PNG") for image in images)


def test_a_resumed_run_goes_on_in_a_file_of_its_own(digits, tmp_path):
    run = tmp_path / "run"
    train(digits, run, "--epochs", 4, "--tensorboard")
    lines = train(digits, run, "--epochs", 6, "--tensorboard", "--resume")
    assert len(list(run.glob("events.out.tfevents.*"))) == 2
    assert [event.step for event in read(run).Scalars("loss")] == [line["step"] for line in lines]


def test_nothing_unless_asked_for(digits, tmp_path):
    train(digits, tmp_path / "run", "--epochs", 2)
    assert not list((tmp_path / "run").glob("events*"))
