"""The receiver of PangoCDP's callbacks: a small web server that writes into the ledger."""

from pangoprep.receiver.listener import Listener, listen

__all__ = ["Listener", "listen"]
