"""Where what goes wrong inside leaves pangoprep: without the frames that hold rows.

A traceback keeps every function's local variables, and chatty ones print them: IPython's
``%xmode Verbose``, rich, error trackers. In ours those are customers.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Any, TypeVar, cast

from pangoprep.error_words import language_of, say_error
from pangoprep.errors import PangoprepError

Function = TypeVar("Function", bound=Callable[..., Any])

#: Set to anything, exceptions keep their frames: for those who mend pangoprep, with made-up rows.
FRAMES_VARIABLE = "PANGOPREP_FRAMES"

_HERE = Path(__file__).parent
_LIBRARIES = {"site-packages", "dist-packages"}
_NOTE = "pangoprep: "


def verb(function: Function) -> Function:
    """Make a function of the public face: what it raises ends there and has nothing below.

    Its type stays, and its message but for the language. What is no error of ours gets a note with
    the places in our code, without values, so that it can be reported.

    Examples
    --------
    >>> @verb
    ... def send(phone):
    ...     return [int(digit) for digit in phone]
    >>> try:
    ...     send("09x")
    ... except ValueError as error:
    ...     print(len(extract_tb(error.__traceback__)))  # this example's, and where it left
    2
    """
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def awaited(*arguments: Any, **options: Any) -> Any:
            try:
                return await function(*arguments, **options)
            except BaseException as error:  # noqa: BLE001 - raised again below
                left = _without_inside(error, options)
            del arguments, options
            raise left

        return cast(Function, awaited)

    if inspect.isgeneratorfunction(function):

        @wraps(function)
        def given(*arguments: Any, **options: Any) -> Iterator[Any]:
            try:
                yield from function(*arguments, **options)
                return
            except BaseException as error:  # noqa: BLE001 - raised again below
                left = _without_inside(error, options)
            del arguments, options
            raise left

        return cast(Function, given)

    @wraps(function)
    def called(*arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except BaseException as error:  # noqa: BLE001 - raised again below
            # A workbench speaks the language it was opened in.
            own = getattr(arguments[0], "lang", None) if arguments else None
            left = _without_inside(error, {"lang": own, **options})
        del arguments, options
        raise left

    return cast(Function, called)


def _without_inside(error: BaseException, options: Mapping[str, Any]) -> BaseException:
    say_error(error, language_of(options))
    if os.environ.get(FRAMES_VARIABLE):
        return error
    is_told = any(note.startswith(_NOTE) for note in getattr(error, "__notes__", ()))
    if isinstance(error, Exception) and not isinstance(error, PangoprepError) and not is_told:
        places = [
            f"{Path(frame.filename).relative_to(_HERE)}:{frame.lineno}"
            for frame in extract_tb(error.__traceback__)
            if _HERE in Path(frame.filename).parents
        ][1:]  # the first is the one that is left
        if places:
            error.add_note(f"{_NOTE}raised at {' > '.join(places)}")
    if (cause := error.__cause__) is not None:  # somebody's own code: a check of a model of theirs
        cause.__traceback__ = _theirs(cause.__traceback__)
        cause.__context__ = None
    error.__traceback__ = error.__context__ = None
    return error


def _theirs(trace: TracebackType | None) -> TracebackType | None:
    """Return a traceback from where it is no more in our code, or in that of a library."""
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if _HERE not in file.parents and not _LIBRARIES.intersection(file.parts):
            break
        trace = trace.tb_next
    return trace
