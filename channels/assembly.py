"""From the channels file to the ways out, checked before anything starts."""

from pathlib import Path

from channels.apprise_way import AppriseWay
from channels.channels_file import ChannelSaid, ChannelsError, ChannelsFile
from channels.http_gateway import HttpGateway
from domain.delivery import Channel
from operations.sending import Adapter


def adapters(path: Path, found: ChannelsFile, public_url: str) -> dict[Channel, Adapter]:
    """The way out of every channel in the file. Raises ChannelsError for an URL that Apprise does not know."""
    made = {channel: adapter(said, public_url) for channel, said in found.channels.items()}
    problems = [
        f"channels.{channel}.apprise: {problem}"
        for channel, one in made.items()
        if isinstance(one, AppriseWay) and (problem := one.problem())
    ]
    if problems:
        raise ChannelsError(path, problems)
    return made


def adapter(said: ChannelSaid, public_url: str) -> Adapter:
    if said.http is None:
        return AppriseWay(said.apprise, timeout_s=said.timeout_s)
    states = said.way(Channel.WEBHOOK).states
    receipt_url = f"{public_url}/api/v1/deliveries/{{ref}}/receipt"
    return HttpGateway(said.http, states, timeout_s=said.timeout_s, receipt_url=receipt_url)
