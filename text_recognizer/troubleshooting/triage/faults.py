"""The bank of faults: each broken trainer with the symptom it is known by and its cure."""

from __future__ import annotations

from text_recognizer.troubleshooting.triage import broken
from text_recognizer.troubleshooting.triage.causes import Fault
from text_recognizer.troubleshooting.triage.trainer import Trainer

__all__ = ["FAULTS", "HARMLESS"]


FAULTS: tuple[Fault, ...] = (
    Fault(
        id="weights-on-another-device",
        cause="device",
        trainer=broken._Device,
        guilty="build_model",
        cure=Trainer.build_model,
        symptom=lambda seen: "device" in seen.message or "meta" in seen.message,
        sign="an exception that speaks of a device",
    ),
    Fault(
        id="images-left-as-bytes",
        cause="dtype",
        trainer=broken._Dtype,
        guilty="prepare",
        cure=Trainer.prepare,
        symptom=lambda seen: "type" in seen.message,
        sign="an exception that speaks of a type",
    ),
    Fault(
        id="all-lines-in-one-batch",
        cause="memory",
        trainer=broken._Memory,
        guilty="batches",
        cure=Trainer.batches,
        symptom=lambda seen: "memory" in seen.message,
        sign="an exception that speaks of memory",
    ),
    Fault(
        id="height-and-width-swapped",
        cause="shape",
        trainer=broken._Shape,
        guilty="prepare",
        cure=Trainer.prepare,
        symptom=lambda seen: "channels" in seen.message,
        sign="an exception that speaks of channels",
    ),
    Fault(
        id="losses-kept-with-their-graphs",
        cause="leak",
        trainer=broken._Leak,
        guilty="record",
        cure=Trainer.record,
        symptom=lambda seen: seen.growth > 0,
        sign="graphs hold more bytes after each step",
    ),
    Fault(
        id="lines-prepared-at-each-step",
        cause="loader",
        trainer=broken._Loader,
        guilty="batches",
        cure=Trainer.batches,
        symptom=lambda seen: seen.slow_part == "loading",
        sign="most of the time goes into loading",
    ),
    Fault(
        id="weights-fetched-one-by-one",
        cause="sync",
        trainer=broken._Sync,
        guilty="record",
        cure=Trainer.record,
        symptom=lambda seen: seen.slow_part == "recording",
        sign="most of the time goes into recording",
    ),
    Fault(
        id="each-line-against-all-labels",
        cause="broadcast",
        trainer=broken._Broadcast,
        guilty="losses",
        cure=Trainer.losses,
        symptom=lambda seen: seen.terms not in ((), seen.labels),
        sign="more terms in the loss than labels",
    ),
    Fault(
        id="relu-that-never-opens",
        cause="dead",
        trainer=broken._Dead,
        guilty="build_model",
        cure=Trainer.build_model,
        symptom=lambda seen: seen.norms != () and seen.without_gradient != (),
        sign="layers whose gradient is exactly 0",
    ),
    Fault(
        id="weights-that-start-too-large",
        cause="exploding",
        trainer=broken._Exploding,
        guilty="build_model",
        cure=Trainer.build_model,
        symptom=lambda seen: seen.exploded,
        sign="a gradient norm above 1,000 within the first steps",
    ),
    Fault(
        id="a-layer-without-optimizer",
        cause="frozen",
        trainer=broken._Frozen,
        guilty="optimizer",
        cure=Trainer.optimizer,
        symptom=lambda seen: any(seen.gradients[name] > 0 for name in seen.unmoved),
        sign="a layer that gets a gradient and does not move",
    ),
    Fault(
        id="rare-characters-cut-to-zero",
        cause="log of zero",
        trainer=broken._LogOfZero,
        guilty="losses",
        cure=Trainer.losses,
        symptom=lambda seen: not seen.finite and not seen.exploded,
        sign="a loss that is not finite after ordinary gradients",
    ),
    Fault(
        id="likelihood-minimised",
        cause="sign",
        trainer=broken._Sign,
        guilty="losses",
        cure=Trainer.losses,
        symptom=lambda seen: seen.worse and seen.finite and not seen.exploded,
        sign="worse than before, with ordinary gradients",
    ),
)
"""Each cause once, in the order of ``CAUSES``."""

HARMLESS: dict[str, type[Trainer]] = {
    "healthy": Trainer,
    "other-optimizer": broken._Dense,
    "no-clipping": broken._Free,
    "other-mean": broken._Squeezed,
}
"""Trainers with nothing wrong, most of them with overridden methods."""
