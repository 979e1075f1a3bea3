"""`python -m bench.sink PORT FILE`: an SMTP server that forgets its mails, after as many seconds as FILE says."""

import asyncio
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from mfa_platform.demo.servers import ports


class Sink:
    """Handles the mails for aiosmtpd."""

    def __init__(self, delay: Path) -> None:
        self.delay = delay

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd with a whole mail; the answer is the SMTP reply."""
        await asyncio.sleep(float(self.delay.read_text()))
        return "250 Forgotten"


async def serve(port: int, delay: Path) -> None:
    """Until the process is told to end."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink(delay)), ports.HOST, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
