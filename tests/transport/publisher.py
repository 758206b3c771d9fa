"""The publisher of an installed opengris-scaler with numbered payloads; run by that environment's Python.

`publisher.py ADDRESS PAUSE REPORT [CERT KEY]`: binds as the scheduler does (SCALER_NETWORK_BACKEND picks the
wire), prints its address, then publishes every PAUSE seconds (0: never) the bytes of the file REPORT, or
`%08d` and filling where that is "". Commands on stdin, each answered with one line: `burst COUNT SIZE`, `file
COUNT PATH` (the file's bytes each time), `rss`. Ends at the end of stdin.
"""

import asyncio
import ctypes
import os
import sys
from pathlib import Path
from typing import Any

import scaler.io.ymq_async_publisher as ymq_publisher
import scaler.io.zmq_async_publisher as zmq_publisher
from scaler.config.common.security import SecurityConfig
from scaler.config.types.address import AddressConfig
from scaler.io.network_backends import get_network_backend_from_env

ymq_publisher.serialize = zmq_publisher.serialize = lambda payload: payload


def resident_bytes() -> int:
    """What is held: freed memory that the allocator keeps for itself is given back first."""
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Numbered:
    def __init__(self, publisher: Any) -> None:
        self.publisher = publisher
        self.number = 0

    async def send(self, size: int) -> None:
        await self.publisher.send((b"%08d" % self.number).ljust(size, b"x"))
        self.number += 1


async def publish_at_pace(numbered: Numbered, pause: float, report: bytes) -> None:
    while True:
        await (numbered.publisher.send(report) if report else numbered.send(250))
        await asyncio.sleep(pause)


async def obey(numbered: Numbered, commands: asyncio.StreamReader) -> None:
    while line := (await commands.readline()).split():
        if line[0] == b"burst":
            count, size = int(line[1]), int(line[2])
            for sent in range(count):
                await numbered.send(size)
                if sent % 100 == 99:
                    await asyncio.sleep(0)
        elif line[0] == b"file":
            payload = Path(line[2].decode()).read_bytes()
            for _ in range(int(line[1])):
                await numbered.publisher.send(payload)
                await asyncio.sleep(0)
        print(resident_bytes(), flush=True)


async def main() -> None:
    address, pause, path, *credentials = sys.argv[1:]
    report = Path(path).read_bytes() if path else b""
    backend = get_network_backend_from_env()  # takes its sockets along when it is collected
    publisher = backend.create_async_publisher(b"publisher|test")
    await publisher.bind(
        AddressConfig.from_string(address),
        security_config=SecurityConfig(*credentials) if credentials else None,
    )
    print(publisher.address, flush=True)
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(commands), sys.stdin
    )
    numbered = Numbered(publisher)
    obeying = asyncio.ensure_future(obey(numbered, commands))
    publishing = (
        asyncio.ensure_future(publish_at_pace(numbered, float(pause), report)) if float(pause) else None
    )
    await obeying
    if publishing:
        publishing.cancel()
    print("ended", flush=True)
    os._exit(0)


asyncio.run(main())
