"""Every error pangoprep raises.

::

    PangoprepError
    ├── UsageError (a ValueError)         the call is wrong; nothing was done
    │   ├── UnknownEntityError            no entity of that name
    │   ├── UnknownFieldError (a KeyError) an entity has no field of that name
    │   ├── EntityError                   a declaration of an entity cannot be used
    │   ├── AmbiguousEntityError          the columns fit several entities
    │   ├── MissingColumnError            a required column is not there
    │   ├── ColumnNamesError              duplicate or layered column names, or none that fit
    │   ├── OptionError                   an option has a value it cannot have
    │   ├── ReadError                     a file cannot be read as one table
    │   ├── RecipeError                   a recipe cannot be read, or does not fit the file
    │   ├── CheckError                    a check of the caller's own model stopped
    │   ├── CredentialsMissingError       no username, key or token was given
    │   └── InsecureUrlError              plain HTTP to another machine
    ├── HeldError                         rows are held and the caller asked to stop at that
    │   ├── HeldSchemaError               from ``Entity.validate``: also Pandera's SchemaError
    │   └── HeldSchemasError              the same with ``lazy=True``: also Pandera's SchemaErrors
    ├── SandboxError                      the local PangoCDP could not start or answer
    ├── LedgerError                       the ledger file cannot be read or written
    └── UploadError                       sending failed
        ├── TransientError                may succeed when tried again
        │   ├── RateLimitedError          429; carries ``wait_seconds``
        │   ├── ServerError               5xx; carries ``status``
        │   ├── NotSentError              no connection: nothing left this machine
        │   └── AnswerLostError           sent, but no answer came back
        └── TerminalError                 trying again cannot help
            ├── CredentialsRefusedError   401, or the token endpoint said no
            ├── RequestRefusedError       400, or a 200 that says ``success: false``
            ├── RedirectRefusedError      the server pointed to another address
            ├── BadAnswerError            the answer is not what the API promises
            └── UnexpectedError           a mistake inside pangoprep

A bad cell is a finding, not an error. Messages never hold personal values or secrets.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from traceback import extract_tb
from typing import Any, ClassVar

from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors


class PangoprepError(Exception):
    """The base of every error pangoprep raises."""

    #: The language of the call that it left; None where no call had one.
    lang: str | None = None
    #: Says it in the language of the environment; `error_words` puts itself here.
    in_environment: ClassVar[Callable[[str], str]] = staticmethod(str)

    def __str__(self) -> str:
        """Say it in the language of the call, or else in that of the environment."""
        told = self.args[0] if len(self.args) == 1 else None
        if self.lang is not None or not isinstance(told, str):
            return Exception.__str__(self)  # not KeyError's, which shows its message in quotes
        return PangoprepError.in_environment(told)


class UsageError(PangoprepError, ValueError):
    """The call is wrong; nothing was done."""


class UnknownEntityError(UsageError):
    """No entity has that name."""


class UnknownFieldError(UsageError, KeyError):
    """An entity has no field of that name."""


class EntityError(UsageError):
    """A declaration of an entity cannot be used; the message names what is wrong in it."""


class AmbiguousEntityError(UsageError):
    """The columns fit several entities; name one."""


class MissingColumnError(UsageError):
    """A column the entity cannot do without is not in the frame."""


class ColumnNamesError(UsageError):
    """The frame's column names cannot be used as they are."""


class OptionError(UsageError):
    """An option has a value it cannot have."""


class ReadError(UsageError):
    """A file cannot be read as one table of records."""


class RecipeError(UsageError):
    """A recipe cannot be read, or does not fit the file."""


class CheckError(UsageError):
    """A check that the caller's own model declares raised an error."""


class CredentialsMissingError(UsageError):
    """No username, key or token was given."""


class InsecureUrlError(UsageError):
    """Plain HTTP would carry secrets to another machine."""


class HeldError(PangoprepError):
    """Rows are held, or something was found, at which the caller asked to stop."""


class HeldSchemaError(HeldError, SchemaError):
    """A row does not fit the schema. ``failure_cases`` has personal values masked."""

    def __init__(self, schema: Any, data: Any, failure_cases: Any, headline: str) -> None:
        SchemaError.__init__(
            self,
            schema,
            data,
            f"{headline} See failure_cases, or lazy=True for all of them.",
            failure_cases=failure_cases.head(1),
            check=failure_cases["check"].iloc[0],
            reason_code=SchemaErrorReason.DATAFRAME_CHECK,
            column_name=failure_cases["column"].iloc[0],
        )
        self._headline = headline

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel without schema and data: the data are the caller's values as they came."""
        return type(self), (None, None, self.failure_cases, self._headline)


class HeldSchemasError(HeldError, SchemaErrors):
    """Rows do not fit the schema. ``failure_cases`` has personal values masked."""

    def __init__(self, schema: Any, data: Any, failure_cases: Any, headline: str) -> None:
        # Pandera's own constructor writes every failure into the message, values and all.
        Exception.__init__(self, f"{headline} See failure_cases.")
        self.schema = schema
        self.data = data
        self.failure_cases = failure_cases
        self.schema_errors: list[Any] = [
            HeldSchemaError(schema, data, cases, headline)
            for _, cases in failure_cases.groupby(["column", "check"], sort=False)
        ]
        self.error_counts = failure_cases["check"].value_counts().to_dict()
        self.message = self.args[0]
        self._headline = headline

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel without schema and data: the data are the caller's values as they came."""
        return type(self), (None, None, self.failure_cases, self._headline)

    def __str__(self) -> str:
        return str(self.message)


class SandboxError(PangoprepError):
    """The local PangoCDP could not start or answer."""


class LedgerError(PangoprepError):
    """The ledger file cannot be read or written."""


class UploadError(PangoprepError):
    """Sending failed. ``transient`` says whether trying again may help."""

    transient: ClassVar[bool] = False

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to other processes with what subclasses add; Python sends the reason only."""
        return type(self).__new__, (type(self), self.reason), vars(self)


class TransientError(UploadError):
    """Sending failed in a way that may pass."""

    transient = True


class RateLimitedError(TransientError):
    """PangoCDP asked to wait.

    Parameters
    ----------
    reason
        What to tell the user.
    wait_seconds
        How long the server said to wait.
    """

    def __init__(self, reason: str, wait_seconds: float) -> None:
        super().__init__(reason)
        self.wait_seconds = wait_seconds


class ServerError(TransientError):
    """PangoCDP answered with a 5xx status."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.status = status


class NotSentError(TransientError):
    """No connection was made: nothing left this machine."""


class AnswerLostError(TransientError):
    """The request was sent and no answer came back: it may have been stored."""


class TerminalError(UploadError):
    """Sending failed in a way that trying again cannot mend."""


class CredentialsRefusedError(TerminalError):
    """PangoCDP does not accept the credentials."""


class RequestRefusedError(TerminalError):
    """PangoCDP understood the request and refused it."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.status = status


class RedirectRefusedError(TerminalError):
    """The server pointed to another address; tokens are not sent on."""


class BadAnswerError(TerminalError):
    """The answer is not what the API promises."""


class UnexpectedError(TerminalError):
    """A mistake inside pangoprep. The message says where, without values: please report it."""


def without_frames(error: Exception) -> PangoprepError:
    """Return an error that can be kept and shown: no traceback, nothing it was raised from.

    Frames hold what a function was working on, rows and tokens included, and chatty tracebacks
    print it. An error that is not ours may hold a value in its message, too: of that, only its kind
    and the places in our code are kept.

    Examples
    --------
    >>> without_frames(KeyError("0912345678"))
    UnexpectedError('an error inside pangoprep (KeyError)')
    """
    if isinstance(error, PangoprepError):
        error.__traceback__ = error.__context__ = error.__cause__ = None
        return error
    places = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in extract_tb(error.__traceback__)
        if Path(__file__).parent in Path(frame.filename).parents
    ]
    where = f" at {' > '.join(places[-3:])}" if places else ""
    return UnexpectedError(f"an error inside pangoprep ({type(error).__name__}{where})")
