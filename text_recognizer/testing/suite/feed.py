"""What a training is fed: labels that are true, ink that the reader knows, splits that hold."""

from __future__ import annotations

import numpy as np

from text_recognizer.core.checks import CheckResult
from text_recognizer.testing.suite.material import judged, training_lines

__all__ = ["check_ink_parity", "check_labels_agree", "check_leak_found"]


def check_labels_agree(seed: int) -> CheckResult:
    """Whether the shipped reader finds in the training batches what their labels say.

    Args:
        seed: Draws the lines and their distortions.
    """
    from text_recognizer.core.charset import Charset
    from text_recognizer.core.scores import count_errors
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
        batch_size=5,
        seed=seed,
    )
    drawn, bundle = iter(stream), Bundle.load()
    labels, inks = [], []
    for batch in (next(drawn), next(drawn)):
        for row, width in enumerate(batch.widths.tolist()):
            ids = batch.targets[row, : int(batch.lengths[row])].tolist()
            labels.append(bundle.charset.decode(ids))
            inks.append(batch.images[row, 0, :, :width].numpy())
    lattices = run_lines(make_backend("onnx", bundle), inks)
    texts = ["".join(s.character for s in greedy(each, bundle.charset)) for each in lattices]
    cer = count_errors(labels, texts).cer
    return judged("labels agree", cer, 0.4, "CER of the shipped reader against training labels")


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
