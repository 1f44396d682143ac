"""What a training is fed: labels that are true, ink that the reader knows, splits that hold."""

from __future__ import annotations

import itertools

import numpy as np

from text_recognizer.core.checks import CheckResult
from text_recognizer.testing.suite.material import judged, training_lines

__all__ = ["check_ink_parity", "check_labels_agree", "check_leak_found", "check_splits_apart"]

#: Distortions that the reader hardly minds: it is the labels that are judged.
_GENTLE = {
    "stretch": 0.05,
    "scale": 0.04,
    "slant": 0.05,
    "shift": 1.0,
    "bend": 0.4,
    "chance": 0.1,
}


def check_labels_agree(seed: int) -> CheckResult:
    """Whether the shipped reader finds in the training batches what their labels say.

    Args:
        seed: Draws the lines and their distortions.
    """
    from text_recognizer.core.charset import Charset
    from text_recognizer.core.scores import count_errors
    from text_recognizer.data.augment import Augment
    from text_recognizer.data.datasets import LineStream
    from text_recognizer.data.preprocess import Preprocess
    from text_recognizer.reading.backends import make_backend, run_lines
    from text_recognizer.reading.bundle import Bundle
    from text_recognizer.reading.decode import greedy
    from text_recognizer.sources.text import TextSource

    stream = LineStream(
        charset=Charset.english(),
        preprocess=Preprocess(),
        renderer=None,
        source=TextSource(),
        real=training_lines(24, seed),
        strength=Augment(**_GENTLE),
        batch_size=2,
        seed=seed,
    )
    bundle = Bundle.load()
    labels, inks, other = [], [], 0
    # Batches of two, of any width: a larger one holds copies of few lines, all easy or all hard.
    for batch in itertools.islice(stream, 7):
        for row, width in enumerate(batch.widths.tolist()):
            ids = batch.targets[row, : int(batch.lengths[row])].tolist()
            labels.append(bundle.charset.decode(ids))
            other += labels[-1] != batch.texts[row]
            inks.append(batch.images[row, 0, :, :width].numpy())
    lattices = run_lines(make_backend("onnx", bundle), inks)
    texts = ["".join(s.character for s in greedy(each, bundle.charset)) for each in lattices]
    cer = count_errors(labels, texts).cer
    reason = f"CER of the shipped reader; ids of {other} labels spell another text"
    return judged("labels agree", max(cer, other / len(labels)), 0.3, reason)


def check_ink_parity(seed: int) -> CheckResult:
    """Whether training, validation and serving make the same ink of a picture.

    Args:
        seed: Chooses the lines.
    """
    from text_recognizer.core.charset import Charset
    from text_recognizer.data.datamodule import LineDataModule
    from text_recognizer.data.datasets import LineStream
    from text_recognizer.data.preprocess import Preprocess
    from text_recognizer.data.sample import load_lines
    from text_recognizer.reading.bundle import Bundle
    from text_recognizer.sources.text import TextSource

    samples, charset = training_lines(4, seed), Charset.english()
    stream = LineStream(
        charset=charset, preprocess=Preprocess(), renderer=None, source=TextSource(), real=samples
    )
    batch = next(iter(LineDataModule(stream, samples, charset, workers=0).val_dataloader()))
    transform, apart = Bundle.load().preprocess, 0.0
    for line in load_lines("train", 4, seed):
        served = transform(line.image)
        row = batch.texts.index(charset.normalize(line.text))
        padded = np.zeros(batch.images.shape[2:], np.float32)
        padded[:, : served.shape[1]] = served
        apart = max(apart, float(np.abs(batch.images[row, 0].numpy() - padded).max()))
    return judged(
        "ink parity", apart, 0.0025, "largest difference of ink; half a grey level is 0.002"
    )


def check_leak_found(seed: int) -> CheckResult:
    """Whether the leak check sees a line that was planted in two splits, and nothing else.

    Args:
        seed: Chooses the lines.
    """
    import io

    from PIL import Image

    from text_recognizer.data.leaks import Record, find_leaks
    from text_recognizer.data.sample import load_lines

    def record(line: object, split: str, writer: str, scale: float = 1.0) -> Record:
        image = Image.fromarray(line.image.pixels)  # type: ignore[attr-defined]
        small = image.resize((int(image.width * scale), int(image.height * scale)))
        file = io.BytesIO()
        small.save(file, "PNG")
        text = line.text  # type: ignore[attr-defined]
        name = f"{split}-{text}"
        return Record.of(id=name, image=file.getvalue(), text=text, writer=writer, split=split)

    one, two, three = load_lines("train", 3, seed)
    clean = [record(one, "train", "a"), record(two, "val", "b"), record(three, "test", "c")]
    planted = (record(one, "val", "b"), record(one, "test", "c", 0.8), record(two, "train", "b"))
    missed = sum(not find_leaks([*clean, each]) for each in planted)
    wrong = missed + len(find_leaks(clean))
    return judged("leak found", wrong, 0, "planted leaks missed, and alarms without one")


def check_splits_apart(seed: int) -> CheckResult:
    """Whether a training validates on lines that it does not train on.

    Args:
        seed: Decides the order of the stream.
    """
    from text_recognizer.core.charset import Charset
    from text_recognizer.data.datamodule import line_data
    from text_recognizer.data.preprocess import Preprocess

    data = line_data(
        charset=Charset.english(),
        preprocess=Preprocess(),
        rendered=False,
        real=None,
        longest_text=48,
        workers=0,
        uses=16,
        seed=seed,
    )
    trained = {line.text for line in data.stream.real}
    both = sum(line.text in trained for line in data.validation)
    return judged("splits apart", both, 0, "lines that are trained and validated on")
