"""A message gateway on this machine that takes everything after a while, as a process of its own."""

import asyncio
import json
import sys

TAKES_S = 0.05
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"code":0}'
_taken = 0


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    global _taken
    while head := await read_head(reader):
        await reader.readexactly(length_of(head))
        _taken += head.startswith(b"POST")
        await asyncio.sleep(TAKES_S if head.startswith(b"POST") else 0)
        writer.write(ANSWER)
        await writer.drain()
    writer.close()


async def read_head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


def length_of(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps({"taken": _taken}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
