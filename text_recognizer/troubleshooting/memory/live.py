"""Which tensors live when: every storage of a training step, counted once, on any device.

A dispatch mode sees each operator of the forward pass, the backward pass and the optimiser, and
notes the storages that come out; a weak reference tells when one goes. On the meta device nothing
is computed, so the count costs milliseconds and no memory.
"""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

KINDS = ("parameters", "gradients", "moments", "activations", "buffers", "input", "working")
"""What a byte of a training step is for; working memory is what no other kind claims."""


class LiveBytes(TorchDispatchMode):
    """Counts the bytes of living storages, by kind, and keeps what lived at the worst moment.

    Attributes:
        live: bytes now.
        peak: most bytes since the last :meth:`restart`.

    Example:
        >>> with LiveBytes() as live:
        ...     held = torch.empty(1000, device="meta") + 1
        >>> live.live, live.peak
        (4000, 8000)
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.live = 0
        self.peak = 0
        self._serials: dict[int, int] = {}
        self._bytes: dict[int, int] = {}
        self._kinds: dict[int, str] = {}
        self._at_peak: dict[int, int] = {}
        self._references: dict[int, Any] = {}
        self._made = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        for one in out if isinstance(out, (tuple, list)) else (out,):
            if isinstance(one, Tensor):
                self.add(one)
        return out

    def add(self, tensor: Tensor, kind: str = "") -> None:
        """Count a tensor's storage, if it is not counted yet, and say what it is for.

        Args:
            tensor: any.
            kind: one of ``KINDS``, or empty where that is not known.
        """
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key not in self._serials:
            self._note(key, storage)
        if kind:
            self._kinds[self._serials[key]] = kind

    def _note(self, key: int, storage: torch.UntypedStorage) -> None:
        self._made += 1
        serial, size = self._made, storage.nbytes()

        def gone(_: object) -> None:
            # An address is used again at once: only the serial number is a name.
            if self._serials.get(key) == serial:
                del self._serials[key]
            self.live -= self._bytes.pop(serial, 0)
            self._references.pop(serial, None)

        self._serials[key], self._bytes[serial] = serial, size
        self._references[serial] = weakref.ref(storage, gone)
        self.live += size
        if self.live > self.peak:
            self.peak, self._at_peak = self.live, dict(self._bytes)

    def restart(self) -> None:
        """Look for the peak anew from here."""
        self.peak, self._at_peak = self.live, dict(self._bytes)

    def kinds_at_peak(self) -> dict[str, int]:
        """Bytes of each kind at the worst moment; they add up to ``peak``."""
        found: Counter[str] = Counter()
        for serial, size in self._at_peak.items():
            found[self._kinds.get(serial, "working")] += size
        return {kind: found[kind] for kind in KINDS}


@contextmanager
def kept_for_backward(
    model: nn.Module, passed_over: Iterable[Tensor], note: Callable[[Tensor], None]
) -> Iterator[Counter[str]]:
    """Count what autograd keeps for the backward pass, by the module that made it keep it.

    Args:
        model: hooks on its modules say which of them is at work.
        passed_over: parameters, inputs: what lives anyway.
        note: is told each tensor whose storage is counted.

    Yields:
        Bytes by name of the innermost module; the model itself is ``"(itself)"``, what is kept
        outside of it ``"(loss)"``. Each storage counts once, for whoever keeps it first.

    Example:
        >>> model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
        >>> x = torch.zeros(4, 2)
        >>> with kept_for_backward(model, [x, *model.parameters()], lambda kept: None) as kept:
        ...     _ = model(x)
        >>> dict(kept)
        {'1': 48}
    """
    kept: Counter[str] = Counter()
    # Weak references: what is held here would not go during the backward pass, and an address is
    # used again once its storage has gone.
    seen: dict[int, Any] = {one.untyped_storage()._cdata: None for one in passed_over}
    inside: list[str] = ["(loss)"]

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key not in seen:
            seen[key] = weakref.ref(storage, lambda _: seen.pop(key, None))
            kept[inside[-1]] += storage.nbytes()
            note(tensor)
        return tensor

    handles = []
    for name, module in model.named_modules():
        label = name or "(itself)"
        # Bound as a default: a closure over the loop's variable would see its last value.
        handles.append(
            module.register_forward_pre_hook(lambda *_, label=label: inside.append(label))
        )
        handles.append(module.register_forward_hook(lambda *_: _drop(inside), always_call=True))
    try:
        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            yield kept
    finally:
        for handle in handles:
            handle.remove()


def _drop(inside: list[str]) -> None:
    inside.pop()
