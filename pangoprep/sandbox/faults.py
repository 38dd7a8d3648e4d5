"""What can go wrong on demand.

A fault is a function that stands between the gate (method, headers, token, rate windows) and the
rest of the sandbox. It gets the request and ``proceed``, which does the real thing and returns the
real answer; it may call it, or not, and answer what it likes. To add one: write the function, its
options keyword-only with defaults, and add its line to `KINDS`.

At most one fault strikes a request: the first of the list that does.
"""

from __future__ import annotations

import inspect
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Literal, Protocol, get_args

from pangoprep.argument_checks import choice_of, instance_of, text_of, whole_number_of
from pangoprep.close_names import did_you_mean
from pangoprep.errors import OptionError
from pangoprep.sandbox.answers import Answer, CutConnectionError, limited, refused, unauthorized
from pangoprep.sentence import Sentence

Endpoint = Literal["ingest", "token"]
Proceed = Callable[[], Awaitable[Answer]]


class Exchange(Protocol):
    """What a fault may know and do about a request on its way through."""

    @property
    def endpoint(self) -> Endpoint:
        """Where the request goes."""

    def has_key(self, key: str) -> bool:
        """Whether a record of the request has ``key`` in one of its key fields."""

    async def wait(self, seconds: float) -> None:
        """Hold the answer back; cut short when the sandbox stops."""

    def revoke_tokens(self) -> None:
        """End every token at once."""


async def rate_limited(_: Exchange, __: Proceed, *, wait_seconds: int = 1) -> Answer:
    """Answer 429, although the windows have room; nothing is stored."""
    return limited(wait_seconds)


async def server_error(
    _: Exchange, proceed: Proceed, *, status: int = 500, stored: bool = False
) -> Answer:
    """Answer 500, or another ``status``; ``stored=True``: after storing."""
    if stored:
        await proceed()
    return refused(status, "SERVER_ERROR", "Something went wrong")


async def slow(exchange: Exchange, proceed: Proceed, *, seconds: float = 5.0) -> Answer:
    """Store at once, answer ``seconds`` later."""
    answer = await proceed()
    await exchange.wait(seconds)
    return answer


async def cut_before(_: Exchange, __: Proceed) -> Answer:
    """Cut the connection; nothing is stored."""
    raise CutConnectionError


async def cut_after(_: Exchange, proceed: Proceed) -> Answer:
    """Store everything, then cut the connection."""
    await proceed()
    raise CutConnectionError


async def success_false(_: Exchange, proceed: Proceed, *, stored: bool = False) -> Answer:
    """Answer 200 with ``success: false``; ``stored=True``: after storing all the same."""
    if stored:
        await proceed()
    return refused(200, "NOT_PROCESSED", "The data was not processed")


async def malformed_json(_: Exchange, proceed: Proceed, *, stored: bool = True) -> Answer:
    """Answer 200 with half of a JSON body; ``stored=False``: without storing."""
    if stored:
        await proceed()
    return Answer(200, b'{"success": tr')


async def poison(_: Exchange, __: Proceed, *, status: int = 400) -> Answer:
    """Refuse a request with the record ``key`` as a whole, without saying which record it is."""
    return refused(status, "INVALID_DATA", "The entries could not be processed")


async def token_expired(exchange: Exchange, __: Proceed) -> Answer:
    """End every token given out so far; this request gets the 401."""
    exchange.revoke_tokens()
    return unauthorized()


async def redirect(
    _: Exchange, __: Proceed, *, location: str = "http://elsewhere.invalid/"
) -> Answer:
    """Answer 307 to another address; nothing is stored."""
    return Answer(307, b"", (("Location", location),))


async def oversized(_: Exchange, proceed: Proceed, *, n_bytes: int = 10_000_000) -> Answer:
    """Store, and answer with far more than anybody should read."""
    await proceed()
    return Answer(200, b'{"success": true, "message": "' + b"x" * n_bytes + b'"}')


KINDS: Mapping[str, Callable[..., Awaitable[Answer]]] = {
    "rate_limited": rate_limited,
    "server_error": server_error,
    "slow": slow,
    "cut_before": cut_before,
    "cut_after": cut_after,
    "success_false": success_false,
    "malformed_json": malformed_json,
    "poison": poison,
    "token_expired": token_expired,
    "redirect": redirect,
    "oversized": oversized,
}

#: The options every fault has, as the command line reads them.
_COMMON: Mapping[str, type] = {
    "times": int,
    "probability": float,
    "seed": int,
    "skip": int,
    "key": str,
    "on": str,
}


class Fault:
    """Something that goes wrong in a sandbox, by count or by chance.

    Parameters
    ----------
    kind
        ``rate_limited(wait_seconds=1)``, ``server_error(status=500, stored=False)``,
        ``slow(seconds=5.0)``, ``cut_before``, ``cut_after``, ``success_false(stored=False)``,
        ``malformed_json(stored=True)``, ``poison(key=..., status=400)``, ``token_expired``,
        ``redirect(location=...)``, ``oversized(n_bytes=10_000_000)``.
    times
        How often it strikes, then no more. None: no end.
    probability
        Chance for each request, from 0 to 1. None: every request.
    seed
        Of the chance, so that a run can be repeated.
    skip
        How many requests go by unharmed first.
    key
        Strike only requests with a record that has this text in a key field. ``poison`` needs it.
    on
        Which requests: ``"ingest"`` or ``"token"``.
    **options
        The kind's own.

    Examples
    --------
    >>> Fault("server_error", status=503, times=2)
    Fault('server_error', times=2, status=503)
    >>> Fault.from_text("cut_after:probability=0.05,seed=1")
    Fault('cut_after', probability=0.05, seed=1)
    """

    def __init__(
        self,
        kind: str,
        *,
        times: int | None = None,
        probability: float | None = None,
        seed: int = 0,
        skip: int = 0,
        key: str | None = None,
        on: Endpoint = "ingest",
        **options: Any,
    ) -> None:
        allowed = _options_of(instance_of("kind", kind, str, "the name of a fault"))
        if probability is not None:
            instance_of("probability", probability, int | float, "a number from 0 to 1")
        instance_of("seed", seed, int, "a whole number")
        if key is not None:
            text_of("key", key)
        if unknown := sorted(set(options) - set(allowed)):
            takes = ", ".join(allowed) or "none"
            raise OptionError(
                Sentence("Fault {1!r} has no option {2!r}. Its own: {3}.", kind, unknown[0], takes)
            )
        for name, value in options.items():
            _require(name, value, type(allowed[name]))
        if not 200 <= options.get("status", 500) <= 599:
            raise OptionError(
                Sentence("status must be from 200 to 599; got {1!r}.", options["status"])
            )
        if probability is not None and not 0 <= probability <= 1:
            raise OptionError(Sentence("probability must be from 0 to 1; got {1!r}.", probability))
        times = None if times is None else whole_number_of("times", times, 1)
        skip = whole_number_of("skip", skip, 0)
        choice_of("on", on, get_args(Endpoint))
        if kind == "poison" and key is None:
            raise OptionError("Fault 'poison' needs the key of the poison record: key='C7'.")
        if key is not None and on == "token":
            raise OptionError("A request for a token has no records; leave key= or on= out.")
        self.kind, self.times, self.probability, self.seed = kind, times, probability, seed
        self.skip, self.key, self.on, self.options = skip, key, on, options
        self.rewind()

    @classmethod
    def from_text(cls, text: str) -> Fault:
        """Read a fault as the command line has it: ``kind:option=value,option=value``."""
        kind, _, rest = text.partition(":")
        options: dict[str, Any] = {}
        types = {name: type(default) for name, default in _options_of(kind).items()} | dict(_COMMON)
        for part in filter(None, rest.split(",")):
            name, equals, value = part.partition("=")
            if not equals or name not in types:
                raise OptionError(
                    Sentence("Cannot read {1!r} in a {2} fault: write option=value.", part, kind)
                )
            options[name] = _converted(name, value, types[name])
        return cls(kind, **options)

    def rewind(self) -> None:
        """Begin counting and drawing anew."""
        self.n_struck = 0
        self._n_seen = 0
        self._chance = random.Random(self.seed)  # noqa: S311 (repeatable on purpose)

    def strikes(self, exchange: Exchange) -> bool:
        """Decide about one request, and count."""
        if self.on != exchange.endpoint or self.times == self.n_struck:
            return False
        if self.key is not None and not exchange.has_key(self.key):
            return False
        self._n_seen += 1
        if self._n_seen <= self.skip:
            return False
        if self.probability is not None and self._chance.random() >= self.probability:
            return False
        self.n_struck += 1
        return True

    async def act(self, exchange: Exchange, proceed: Proceed) -> Answer:
        """Answer one request, wrongly."""
        return await KINDS[self.kind](exchange, proceed, **self.options)

    def __repr__(self) -> str:
        common = {
            "times": self.times,
            "probability": self.probability,
            "seed": self.seed or None,
            "skip": self.skip or None,
            "on": None if self.on == "ingest" else self.on,
        }
        shown = {name: value for name, value in common.items() if value is not None}
        arguments = [repr(self.kind), *(f"{n}={v!r}" for n, v in (shown | self.options).items())]
        if self.key is not None:
            arguments.append("key=•••")  # a record's key may be somebody's
        return f"Fault({', '.join(arguments)})"


async def through_faults(faults: Iterable[Fault], exchange: Exchange, proceed: Proceed) -> Answer:
    """Do the real thing, unless a fault strikes; the first one that does is the only one."""
    for fault in faults:
        if fault.strikes(exchange):
            return await fault.act(exchange, proceed)
    return await proceed()


def _options_of(kind: str) -> dict[str, Any]:
    """Name the options of a kind with their defaults, as its function declares them."""
    if kind not in KINDS:
        hint = did_you_mean(kind, KINDS)
        raise OptionError(
            Sentence("There is no fault {1!r}.{2} There are: {3}.", kind, hint, ", ".join(KINDS))
        )
    parameters = inspect.signature(KINDS[kind]).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY}


_WORDS = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}


def _require(name: str, value: Any, wanted: type) -> None:
    if type(value) is not wanted and not (wanted is float and type(value) is int):
        raise OptionError(Sentence("{1} must be {2}; got {3!r}.", name, _WORDS[wanted], value))


def _converted(name: str, value: str, wanted: type) -> Any:
    """Turn an option's text into what the option takes; what cannot be turned is refused later."""
    if wanted is bool:
        return {"true": True, "false": False}.get(value.lower(), value)
    try:
        return wanted(value)
    except ValueError:
        raise OptionError(
            Sentence("{1} must be {2}; got {3!r}.", name, _WORDS[wanted], value)
        ) from None
