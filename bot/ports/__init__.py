"""What the bot asks of the world: a store, a clock, a sealer, senders. Adapters implement these protocols.

The store hands out units of work. One is a context manager; leaving it without ``commit()`` rolls everything back.
"""

from __future__ import annotations

from bot.ports.desk import Events, Inbox, InboxMessage, Sessions
from bot.ports.files import Attachment, Attachments, Door, Doors
from bot.ports.installs import Installation, Installs
from bot.ports.own import OwnPolicies
from bot.ports.people import People, Schools
from bot.ports.questions import HeadQuestion, Questions
from bot.ports.reports import Audit, Drafts, Reports
from bot.ports.rereads import Policies, PolicyVersion, Rereads
from bot.ports.sending import Claimed, Gone, Notice, Outbox, OutboxState, Progress, Refused, RetryLater, Sender, Sent
from bot.ports.store import BackupError, Store, StoreBusy, UnitOfWork, WrappedKeys
from bot.ports.world import Clock, Hook, MasterKeyError, SealBroken, Sealer, Shelf, nothing

__all__ = [
    "Attachment",
    "Attachments",
    "Audit",
    "BackupError",
    "Claimed",
    "Clock",
    "Door",
    "Doors",
    "Drafts",
    "Events",
    "Gone",
    "HeadQuestion",
    "Hook",
    "Inbox",
    "InboxMessage",
    "Installation",
    "Installs",
    "MasterKeyError",
    "Notice",
    "Outbox",
    "OutboxState",
    "OwnPolicies",
    "People",
    "Policies",
    "PolicyVersion",
    "Progress",
    "Questions",
    "Refused",
    "Reports",
    "Rereads",
    "RetryLater",
    "Schools",
    "SealBroken",
    "Sealer",
    "Sender",
    "Sent",
    "Sessions",
    "Shelf",
    "Store",
    "StoreBusy",
    "UnitOfWork",
    "WrappedKeys",
    "nothing",
]
