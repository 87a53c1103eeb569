"""What the authorization server remembers for some minutes: pushed requests, waiting devices, proofs used up."""

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

from twogate.store.tables.columns import METADATA, Member, Moment, ProofList, WordList
from twogate.terms.device_request import Answer

PUSHED_REQUESTS = Table(
    "pushed_requests",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("parameters", LargeBinary, nullable=False),
    Column("binding", Text, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("used", Moment),
)

DEVICE_REQUESTS = Table(
    "device_requests",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("user_code", Text, nullable=False, index=True),
    Column("client", Text, nullable=False),
    Column("scope", WordList, nullable=False),
    Column("binding", Text, nullable=False),
    Column("address", Text, nullable=False, index=True),
    Column("user_agent", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("interval", Integer, nullable=False),
    Column("polled", Moment),
    Column("answer", Member(Answer), nullable=False),
    Column("grant", Text),
    Column("proofs", ProofList, nullable=False),
    Column("used", Moment),
)

REPLAYS = Table(
    "replays",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("until", Moment, nullable=False, index=True),
)
