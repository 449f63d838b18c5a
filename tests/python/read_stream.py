"""Makes a stream of NATS JetStream and reads it back, with the client of the NATS authors.

usage: read_stream.py make|read URL CERTIFICATE USER PASSWORD SUBJECT
"""

import asyncio
import json
import ssl
import sys

import nats


async def main():
    what, url, certificate, user, password, subject = sys.argv[1:]
    context = ssl.create_default_context(cafile=certificate)
    client = await nats.connect(url, tls=context, user=user, password=password)
    stream = client.jetstream()
    if what == "make":
        await stream.add_stream(name="readings", subjects=[subject])
    else:
        await read(stream, subject)
    await client.close()


async def read(stream, subject):
    """Prints each message as JSON: its id and its body."""
    messages = (await stream.stream_info("readings")).state.messages
    reader = await stream.pull_subscribe(subject)
    while messages > 0:
        for message in await reader.fetch(min(messages, 50), timeout=10):
            assert message.headers["Content-Type"] == "application/json"
            print(json.dumps([message.headers["Nats-Msg-Id"], json.loads(message.data)]))
            await message.ack()
            messages -= 1


asyncio.run(main())
