"""Train a preset for some steps: ``training.py PRESET STEPS``, batches made in the same process."""

from __future__ import annotations

import sys
import time
from typing import Any

from benchmarks.workers.gauge import one_core, peak_megabytes, report


def main() -> None:
    """Report lines per CPU second, with and without the making of batches."""
    one_core()
    import cv2
    import pytorch_lightning as lightning
    import torch

    from text_recognizer.core.charset import Charset
    from text_recognizer.training.config import preset
    from text_recognizer.training.lit_recognizer import LitRecognizer
    from text_recognizer.training.run import precision

    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    config, steps = preset(sys.argv[1]), int(sys.argv[2])
    charset = Charset.english()
    data, rendered = _data(config, charset, steps)
    clock = _clock(steps // 4)
    module = LitRecognizer(config, charset)
    torch.nn.Module.to(module.model, memory_format=torch.channels_last)  # type: ignore[call-overload]
    trainer = lightning.Trainer(
        accelerator="cpu",
        precision=precision(config),  # type: ignore[arg-type]
        max_steps=steps,
        limit_val_batches=0,
        gradient_clip_val=config.clip,
        logger=False,
        callbacks=[clock],
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(module, data)
    lines = (steps - steps // 4) * config.batch_size
    report(
        step_rate=lines / clock.inside,
        rate=lines / (clock.ended - clock.began),
        rendered=rendered,
        precision=precision(config),
        megabytes=peak_megabytes(),
    )


def _data(config: Any, charset: Any, steps: int) -> tuple[Any, bool]:
    """Batches made in this process, and whether they are rendered."""
    from text_recognizer.core.errors import DataError, InputError
    from text_recognizer.data.datamodule import line_data

    settings: dict[str, Any] = {
        "charset": charset,
        "preprocess": config.preprocess,
        "real": None,
        "longest_text": config.longest_text,
        "workers": 0,
        "uses": steps * config.batch_size,
        "strength": config.augment,
        "batch_size": config.batch_size,
        "seed": config.seed,
        "repeats": config.repeats,
    }
    try:
        return line_data(rendered=config.rendered, **settings), config.rendered
    except (DataError, InputError):  # no fonts: a learner trains on the embedded sample then
        return line_data(rendered=False, **settings), False


def _clock(skipped: int) -> Any:
    """A callback that sums the CPU seconds of the steps, the first ones left out."""
    import pytorch_lightning as lightning

    class Clock(lightning.Callback):
        inside = start = began = ended = 0.0

        def on_train_batch_start(self, trainer: Any, module: Any, batch: Any, index: int) -> None:
            self.start = time.process_time()
            if index == skipped:
                self.inside, self.began = 0.0, self.ended or self.start

        def on_train_batch_end(self, *_: Any) -> None:
            self.ended = time.process_time()
            self.inside += self.ended - self.start

    return Clock()


if __name__ == "__main__":
    main()
