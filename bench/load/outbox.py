"""What a phone of the field app records without network, and how it sends that: files, then facts in batches."""

import hashlib
import time
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

IN_A_BATCH = 50
"""As front/field/core/send.js sends them."""

DAYS = 28

NEEDS = 0.02
"""Of the facts. Nobody here answers a need, and what is open stays on lists: a village that lacked something with
each fourth fact would have more on them than anybody could read, and memory would grow with it."""

Answer = dict[str, Any]


class Outbox:
    """The facts of one phone that have no receipt yet, and the photos that some of them name."""

    def __init__(
        self, about: dict[str, Any], rng: Random, photos: list[str], *, today: str
    ) -> None:
        self.about, self.rng, self.photos = about, rng, photos
        self.today = date.fromisoformat(today)
        self.facts: list[Answer] = []
        self.files: dict[str, bytes] = {}
        """Photos that were not sent yet, by the id of the fact that is to name them."""
        self._told: list[str] = []

    def compose(self, many: int, *, photos: int = 0) -> None:
        """Record so many facts, of which the first inspections have a photo."""
        made = [self._payment, self._inspection, self._inspection]
        for _nth in range(many):
            is_need = self.rng.random() < NEEDS
            usual = self.rng.choice(made) if self.about["assets"] else self._payment
            kind, said = self._need() if is_need else usual()
            # An asset of the world was handed over on the day that it was made.
            back = 0 if kind.startswith("assets.") else self.rng.randint(1, DAYS)
            on = self.today - timedelta(back)
            fact = {"id": self._id(), "kind": kind, "happened_on": on.isoformat(), "fact": said}
            if kind == "assets.asset-inspected" and photos:
                photos -= 1
                content = Path(self.rng.choice(self.photos)).read_bytes()
                # Bytes behind a picture's end: a file that nobody sent yet, of the same pixels.
                self.files[fact["id"]] = content + self.rng.randbytes(16)
            self.facts.append(fact)

    def send(
        self,
        put: Callable[[str, bytes], Answer | None],
        post: Callable[[str, list[Answer]], Answer | None],
    ) -> None:
        """Send what waits, once. What has its receipt waits no more, nor what was refused."""
        for fact in self.facts:
            if content := self.files.get(fact["id"]):
                kept = put(f"/api/files/{hashlib.sha256(content).hexdigest()}", content)
                if kept is None:
                    return
                fact["fact"]["sha256"] = kept["file"]
                del self.files[fact["id"]]
        refused: list[str] = []
        for start in range(0, len(self.facts), IN_A_BATCH):
            said = post("/api/facts", self.facts[start : start + IN_A_BATCH])
            if said is None:
                break
            self._told += [one["id"] for one in said["verdicts"] if one["receipt"]]
            refused += [one["id"] for one in said["verdicts"] if not one["receipt"]]
        done = {*self._told, *refused}
        self.facts = [fact for fact in self.facts if fact["id"] not in done]

    def told(self) -> list[str]:
        """Facts with a receipt, each said once."""
        told, self._told = self._told, []
        return told

    def _id(self) -> str:
        """A UUIDv7 (RFC 9562)."""
        stamp = int(time.time() * 1000) << 80
        chance = self.rng.getrandbits(74)
        return str(
            uuid.UUID(int=stamp | 7 << 76 | (chance >> 62) << 64 | 2 << 62 | chance & (2**62 - 1))
        )

    def _payment(self) -> tuple[str, Answer]:
        return "money.money-spent", {
            "account": self.about["place"],
            "project": self.rng.choice(self.about["projects"]),
            "amount": {"currency": "CNY", "minor": self.rng.randrange(100, 200_000)},
            "voucher": f"记-{self.rng.randrange(10_000):04}",
        }

    def _inspection(self) -> tuple[str, Answer]:
        asset, condition = self.rng.choice(self.about["assets"]), self.rng.choice(["good", "worn"])
        return "assets.asset-inspected", {"asset": asset, "condition": condition}

    def _need(self) -> tuple[str, Answer]:
        letters = "".join(self.rng.choices("bdfgklmnprst", k=8))
        return "works.need-raised", {
            "need": f"need-{letters}-{self.rng.randrange(10**6)}",
            "name": {"en": "A culvert under the lane", "zh-hans": "巷口涵洞"},
            "place": self.about["place"],
            "theme": self.rng.choice(["road", "water"]),
        }
