#!/usr/bin/env python3
"""Writes the reference values that the unit tests compare with: PyTorch's autograd in float64.

  scripts/make-fixtures.py            writes Tests/UnitTests/Fixtures/*.json
  scripts/make-fixtures.py --check    recomputes them and compares with the files, writing nothing

Gumbel noise and dropout masks are inputs, never drawn by PyTorch, so another program can repeat the computation.
Inputs and parameters are float32 numbers, so a float32 program starts from exactly the same values.

A case file holds `settings`, `inputs`, `parameters`, `outputs` (one training step's forward), `gradients` (of
`loss`, by parameter), `evaluation` (hard selection by the argmax of the logits, no noise, no dropout) and, in some
cases, `adam` (the parameters after one Adam step with `gradients`). Tensors are {"shape": [...], "data": [...]},
row-major, weights [out, in]. Masks hold 1 for kept and 0 for dropped. The mean squared error is the mean over rows
and features; loss = mse - gjs_weight * gjs. The classification case has `labels` and `classes`; its loss is
cross_entropy - gjs_weight * gjs. `temperature.json` and `adam.json` explain themselves in `note`.
"""
import argparse
import json
import math
import pathlib
import random
import struct
import sys

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit("make-fixtures.py needs PyTorch: python3 -m pip install torch")

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "UnitTests" / "Fixtures"
ADAM = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
LEAKY_SLOPE, NORM_EPSILON = 0.2, 1e-5


def float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


class Draws:
    """Random tensors from Python's own generator, whose sequence does not change between versions."""

    def __init__(self, seed):
        self.generator = random.Random(seed)

    def tensor(self, shape, draw):
        values = [float32(draw(self.generator)) for _ in range(math.prod(shape))]
        return torch.tensor(values, dtype=torch.float64).reshape(shape)

    def uniform(self, shape, low, high):
        return self.tensor(shape, lambda g: g.uniform(low, high))

    def normal(self, shape, deviation):
        return self.tensor(shape, lambda g: g.gauss(0, deviation))

    def gumbel(self, shape):
        return self.tensor(shape, lambda g: -math.log(-math.log(g.uniform(1e-6, 1 - 1e-6))))

    def mask(self, shape, dropped):
        """Keeps 1, drops 0, with at least one of each: a mask of one kind only would test nothing."""
        while True:
            mask = self.tensor(shape, lambda g: float(g.random() >= dropped))
            if 0 < mask.sum() < mask.numel():
                return mask


def encoded(value):
    if isinstance(value, torch.Tensor):
        value = value.detach()
        return value.item() if value.dim() == 0 else {"shape": list(value.shape), "data": value.flatten().tolist()}
    if isinstance(value, dict):
        return {key: encoded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [encoded(item) for item in value]
    return value


def decoder_module(settings, outputs):
    """The decoder as a PyTorch `Sequential`; the masks are applied where its Dropout layers stand."""
    layers, width = [], settings["k"]
    for hidden in settings["hidden"]:
        layers.append(torch.nn.Linear(width, hidden))
        if settings["layer_norm"]:
            layers.append(torch.nn.LayerNorm(hidden, eps=NORM_EPSILON))
        layers += [torch.nn.LeakyReLU(LEAKY_SLOPE), torch.nn.Dropout(settings["dropout"])]
        width = hidden
    layers.append(torch.nn.Linear(width, outputs))
    return torch.nn.Sequential(*layers).double()


def decode(decoder, latent, masks, dropped):
    value, masks = latent, iter(masks)
    for layer in decoder:
        if isinstance(layer, torch.nn.LeakyReLU) and value.abs().min() < 1e-4:
            raise ValueError("a unit sits on the kink of LeakyReLU: choose another seed")
        if isinstance(layer, torch.nn.Dropout):
            mask = next(masks, None)
            value = value if mask is None else value * mask / (1 - dropped)
        else:
            value = layer(value)
    return value


def divergence(logits):
    """Generalized Jensen-Shannon divergence of the rows' softmax, in a form that survives underflow."""
    log_pi = F.log_softmax(logits, dim=1)
    log_mean = torch.logsumexp(log_pi, dim=0) - math.log(logits.shape[0])
    return (log_pi.exp() * (log_pi - log_mean)).sum(dim=1).mean()


def one_hot_rows(values, gap):
    top = values.topk(2, dim=1).values
    if (top[:, 0] - top[:, 1]).min() < gap:
        raise ValueError("two features are nearly tied: choose another seed")
    return F.one_hot(values.argmax(dim=1), values.shape[1]).double()


def case(name, seed, *, k=4, features=12, rows=6, hidden=(5,), temperature=0.7, hard=False, gjs_weight=0.0,
         layer_norm=False, logits_dropout=0.0, dropout=0.0, buried=0, classes=None, indirect=None, adam=False):
    draws = Draws(seed)
    settings = {"k": k, "features": features, "hidden": list(hidden), "temperature": temperature, "hard": hard,
                "gjs_weight": gjs_weight, "layer_norm": layer_norm, "logits_dropout": logits_dropout,
                "dropout": dropout, "rows": rows}
    x, noise = draws.uniform((rows, features), 0, 1), draws.gumbel((k, features))
    inputs = {"x": x, "noise": noise}
    if logits_dropout > 0:
        inputs["logits_mask"] = draws.mask((k, features), logits_dropout)
    if dropout > 0:
        inputs["dropout_masks"] = [draws.mask((rows, width), dropout) for width in hidden]
    labels = None
    if classes:
        settings["classes"] = classes
        labels = torch.tensor([row % classes for row in range(rows)])
        inputs["labels"] = labels.tolist()

    psi = None
    if indirect:  # what logits follow from
        settings["indirect_size"] = indirect
        psi, weight, bias = (draws.normal(shape, 1) for shape in ((k, indirect), (features, indirect), (features,)))
    logits = draws.normal((k, features), 1) if psi is None else F.linear(
        psi.requires_grad_(), weight.requires_grad_(), bias.requires_grad_())
    if buried:  # lowered for every selector, so far that the probabilities underflow in float32
        logits[:, -buried:] = (logits[:, -buried:] - 150).float().double()
    if psi is None:
        logits.requires_grad_()
    else:
        logits.retain_grad()
    decoder = decoder_module(settings, classes or features)
    for key, parameter in decoder.named_parameters():
        norm_weight = layer_norm and parameter.dim() == 1 and key.endswith("weight")
        low, high = (0.5, 1.5) if norm_weight else (-0.6, 0.6)
        parameter.data.copy_(draws.uniform(parameter.shape, low, high))
    parameters = {"encoder.logits": logits}
    parameters.update({f"decoder.{key}": value for key, value in decoder.named_parameters()})
    of_selectors = [logits]
    if psi is not None:
        of_selectors = [psi, weight, bias]
        parameters.update(zip(("encoder.psi", "encoder.weight", "encoder.bias"), of_selectors, strict=True))

    used = logits
    if logits_dropout > 0:
        used = logits * inputs["logits_mask"] / (1 - logits_dropout)
    soft = F.softmax((used + noise) / temperature, dim=1)
    selection = one_hot_rows(used + noise, 1e-3) - soft.detach() + soft if hard else soft
    latent = F.linear(x, selection)
    reconstruction = decode(decoder, latent, inputs.get("dropout_masks", []), dropout)
    gjs = divergence(used)
    objective = "cross_entropy" if classes else "mse"
    error = F.cross_entropy(reconstruction, labels) if classes else F.mse_loss(reconstruction, x)
    loss = error - gjs_weight * gjs
    loss.backward()

    chosen = one_hot_rows(logits.detach(), 1e-3)
    with torch.no_grad():
        hard_latent = F.linear(x, chosen)
        hard_output = decode(decoder, hard_latent, [], 0.0)
        hard_error = F.cross_entropy(hard_output, labels) if classes else F.mse_loss(hard_output, x)
    result = {
        "name": name, "settings": settings, "inputs": inputs, "parameters": parameters,
        "outputs": {"selection_matrix": selection, "latent": latent, "reconstruction": reconstruction,
                    objective: error, "gjs": gjs, "loss": loss},
        "gradients": {key: value.grad for key, value in parameters.items()},
        "evaluation": {"selected": chosen.argmax(dim=1).tolist(), "latent": hard_latent,
                       "reconstruction": hard_output, objective: hard_error},
    }
    result = encoded(result)  # before Adam changes the parameters in place
    if adam:
        rates = {"learning_rate": 0.004, "selector_learning_rate": 0.1}
        optimizer = torch.optim.Adam(
            [{"params": of_selectors, "lr": rates["selector_learning_rate"]},
             {"params": list(decoder.parameters()), "lr": rates["learning_rate"]}],
            betas=(ADAM["beta1"], ADAM["beta2"]), eps=ADAM["epsilon"])
        optimizer.step()
        result["adam"] = {**rates, **ADAM, "parameters": encoded(parameters)}
    return result


def adam_case():
    draws, steps, rate = Draws(501), 20, 0.05
    start = draws.normal((7,), 1)
    parameter = start.clone().requires_grad_()
    optimizer = torch.optim.Adam([parameter], lr=rate, betas=(ADAM["beta1"], ADAM["beta2"]), eps=ADAM["epsilon"])
    gradients, values = [], []
    for step in range(steps):
        # From 1e-6 to 1 over the components: the small ones are where epsilon's place in the formula shows.
        scale = torch.tensor([1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6], dtype=torch.float64)
        gradient = (draws.normal((7,), 1) * scale).float().double()
        if step % 5 == 4:
            gradient[1] = 0
        parameter.grad = gradient.clone()
        optimizer.step()
        gradients.append(gradient.tolist())
        values.append(parameter.tolist())
    state = optimizer.state[parameter]
    return {"name": "adam",
            "note": "`gradients[t]` is given at step t + 1; `parameters[t]` is what holds after it; the moments "
                    "are those after the last step.",
            "learning_rate": rate, **ADAM, "start": start.tolist(), "gradients": gradients, "parameters": values,
            "first_moment": state["exp_avg"].tolist(), "second_moment": state["exp_avg_sq"].tolist()}


def report_temperature(epoch, mode, start, end, epochs, warmup, stop):
    """The published report's schedule, epochs counted from 1, its quirks kept."""
    if epoch < warmup:
        return start
    elapsed = epoch - (warmup + 1)
    frozen = stop > 0 and elapsed > stop
    position = stop if frozen else elapsed
    if mode == "exp":
        value = start * (end / start) ** (position / (epochs - (warmup + 1)))
    else:
        value = (end - start) / (epochs - warmup) * position + start
    return value if frozen else max(value, end)


def temperature_cases():
    combinations = [
        (start, end, epochs, warmup, stop)
        for start, end in ((10.0, 0.01), (2.0, 0.02), (1.0, 1.0))
        for epochs, warmup, stop in (
            (10, 0, 0), (10, 1, 0), (10, 3, 0), (12, 0, 5), (12, 4, 3), (10, 8, 0), (5, 6, 0), (1, 0, 0), (2, 1, 0),
            (4, 4, 0))
    ] + [(10.0, 0.01, 200, 0, 0), (10.0, 0.01, 200, 0, 100), (10.0, 0.01, 200, 20, 0)]
    cases = []
    for start, end, epochs, warmup, stop in combinations:
        for mode in ("exp", "linear"):
            values, undefined = [], []
            for epoch in range(1, epochs + 1):
                try:
                    values.append(report_temperature(epoch, mode, start, end, epochs, warmup, stop))
                except ZeroDivisionError:
                    values.append(None)
                    undefined.append(epoch)
            cases.append({
                "mode": mode, "start": start, "end": end, "epochs": epochs, "warmup": warmup, "stop": stop,
                "values": values, "undefined_epochs": undefined,
                "overshoot_epochs": [e + 1 for e, v in enumerate(values) if v is not None and v > start]})
    return {"name": "temperature",
            "note": "The report's temperature by epoch, `values[0]` for epoch 1. `overshoot_epochs` (counted from "
                    "1) lie above `start`, where `cae` gives `start` instead. null and `undefined_epochs`: the "
                    "report's formula divides by zero, where `cae` refuses the setting.",
            "cases": cases}


def all_cases():
    yield case("soft", 101, adam=True)
    yield case("hard", 102, hard=True, gjs_weight=0.05)
    yield case("soft_gjs", 103, gjs_weight=0.5, hidden=())
    # The usual code for the divergence gives NaN here in float32.
    yield case("gjs_underflow", 104, gjs_weight=0.5, hidden=(), buried=2)
    yield case("logits_dropout", 105, logits_dropout=0.3, gjs_weight=0.2)
    yield case("hard_logits_dropout", 106, logits_dropout=0.3, hard=True, gjs_weight=0.2)
    yield case("linear_decoder", 107, hidden=(), k=3)
    yield case("one_hidden_layer", 108, k=3)
    yield case("two_hidden_layers", 109, hidden=(5, 7))
    yield case("layer_norm", 110, layer_norm=True)
    yield case("dropout", 111, dropout=0.25, hidden=(5, 7))
    yield case("everything", 112, hidden=(5, 7), gjs_weight=0.3, layer_norm=True, logits_dropout=0.2, dropout=0.25,
               adam=True)
    yield case("everything_hard", 113, hidden=(5, 7), hard=True, gjs_weight=0.3, layer_norm=True,
               logits_dropout=0.2, dropout=0.25)
    yield case("classification", 114, classes=4)
    # What the logits follow from is trained instead of them.
    yield case("indirect", 115, indirect=3, adam=True)
    yield case("indirect_gjs", 116, indirect=12, gjs_weight=0.3, hard=True, hidden=(5, 7))
    yield temperature_cases()
    yield adam_case()


def differences(path, old, new):
    """The places where two JSON values differ by more than rounding."""
    if isinstance(old, float) and isinstance(new, float):
        return [] if math.isclose(old, new, rel_tol=1e-9, abs_tol=1e-12) else [f"{path}: {old} is now {new}"]
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        return [line for key in old for line in differences(f"{path}.{key}", old[key], new[key])]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [line for i, pair in enumerate(zip(old, new)) for line in differences(f"{path}[{i}]", *pair)]
    return [] if old == new else [f"{path}: {old!r} is now {new!r}"]


def text(value, depth=0):
    """JSON with one line for each tensor and short value, so that changes can be read."""
    plain = json.dumps(value, allow_nan=False)
    nested = isinstance(value, dict) and any(isinstance(item, dict) for item in value.values())
    if depth == 0 or nested:
        pad = "  " * (depth + 1)
        items = (f"{pad}{json.dumps(key)}: {text(item, depth + 1)}" for key, item in value.items())
        return "{\n" + ",\n".join(items) + "\n" + "  " * depth + "}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join("  " * (depth + 1) + json.dumps(item) for item in value) + "\n" + "  " * depth + "]"
    return plain


def main():
    parser = argparse.ArgumentParser(description="Write or check the unit tests' reference values.")
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing them")
    options = parser.parse_args()
    FIXTURES.mkdir(parents=True, exist_ok=True)
    changed = 0
    for value in all_cases():
        path = FIXTURES / f"{value['name']}.json"
        content = text(value) + "\n"
        if len(content) > 60_000:
            sys.exit(f"{path.name}: {len(content)} bytes, more than the 60000 that a fixture may have")
        if not options.check:
            path.write_text(content)
            print(f"wrote {path.name} ({len(content)} bytes)")
            continue
        found = differences(path.name, json.loads(path.read_text()), json.loads(content)) if path.exists() else [
            f"{path.name}: missing"]
        changed += bool(found)
        print(*(found[:5] or [f"{path.name}: same"]), sep="\n")
    if changed:
        sys.exit(f"{changed} fixtures differ")


if __name__ == "__main__":
    main()
