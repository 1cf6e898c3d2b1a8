"""How far a run is, from its metrics."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path


class Progress:
    """A bar of epochs, by ``tqdm`` where it is installed, else a line that is written over."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._place = 0
        self._rest = b""
        self._total: int | None = None
        self._bar = None
        self._shown = False

    def poll(self) -> None:
        """Shows what the run has come to."""
        line = self._newest()
        if line is None:
            return
        if self._total is None:
            self._total = self._planned()
        loss = {name: line[name] for name in ("mse", "cross_entropy") if name in line}
        self._show(line["epoch"], {**loss, "mean_max": line["mean_max"]})

    def close(self) -> None:
        """Shows the end and leaves the line."""
        self.poll()
        if self._bar is not None:
            self._bar.close()
        elif self._shown:
            print(file=sys.stderr)

    def _newest(self) -> dict | None:
        try:
            with open(self._run_dir / "metrics.jsonl", "rb") as file:
                file.seek(self._place)
                read = file.read()
                self._place = file.tell()
        except FileNotFoundError:
            return None
        *lines, self._rest = (self._rest + read).split(b"\n")
        return json.loads(lines[-1]) if lines else None

    def _planned(self) -> int | None:
        text = (self._run_dir / "config.yaml").read_text(encoding="utf-8")
        found = re.search(r"^epochs: (\d+)$", text, re.MULTILINE)
        return int(found[1]) if found else None

    def _show(self, epoch: int, values: dict[str, float]) -> None:
        if not self._shown:
            self._shown = True
            try:
                from tqdm.auto import tqdm
            except ImportError:
                pass
            else:
                self._bar = tqdm(total=self._total, unit="epoch", desc="cae")
        texts = {name: f"{value:.4g}" for name, value in values.items()}
        if self._bar is not None:
            self._bar.set_postfix(texts, refresh=False)
            self._bar.update(epoch - self._bar.n)
        else:
            said = " ".join(f"{name} {text}" for name, text in texts.items())
            print(f"\rcae: epoch {epoch}/{self._total or '?'} {said}", end="", file=sys.stderr, flush=True)
