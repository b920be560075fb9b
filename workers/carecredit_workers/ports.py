"""Whether a port can be had, asked before anything long is begun."""

import socket

from carecredit.kernel.errors import Refused


class PortTaken(Refused):
    """Something else listens there already."""

    code = "port_taken"


def check_free(host: str, port: int) -> None:
    """Raise `PortTaken` with the way out where a port cannot be listened on."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"{host}:{port} cannot be listened on ({error.strerror}); name another with --port",
                field="port",
            ) from error
