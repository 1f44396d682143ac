"""``text-recognizer serve``: an HTTP server that reads what it is sent."""

from __future__ import annotations

import argparse

from text_recognizer.commands.reader import add_reader_arguments, load_reader


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments.

    Args:
        parser: The command's own parser.
    """
    parser.add_argument("--host", default="127.0.0.1", help="address (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="0 picks a free one (default: 8000)")
    parser.add_argument("--name", default="reader", help="of the model (default: %(default)s)")
    add_reader_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted.

    Args:
        args: The parsed arguments.

    Returns:
        0 after an interrupt, which is how a server ends.

    Raises:
        BundleError: If the reader cannot be loaded.
        ConfigError: If the address cannot be had.
        MissingExtraError: If the server's packages are not installed.
    """
    import signal
    import threading

    from text_recognizer.deployment.server import serve

    reader = load_reader(args)
    version = reader.bundle.digest[:12]
    stop = threading.Event()
    handlers = {}
    if threading.current_thread() is threading.main_thread():
        # Ctrl-C, and what stops a container; an event, so that a signal at any moment counts.
        for number in (signal.SIGINT, signal.SIGTERM):
            handlers[number] = signal.signal(number, lambda *_: stop.set())
    try:
        with serve(reader, host=args.host, port=args.port, name=args.name, version=version) as url:
            print(f"reading at {url}; try: curl --data-binary @page.png {url}/read", flush=True)
            stop.wait()
            print("stopped", flush=True)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    return 0
