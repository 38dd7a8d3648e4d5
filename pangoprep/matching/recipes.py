"""Recipes: how a file becomes an entity, in a TOML file that is kept and used again."""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pangoprep.argument_checks import path_of
from pangoprep.close_names import did_you_mean
from pangoprep.declarations import entity as open_entity
from pangoprep.declarations import file_of, is_file
from pangoprep.entities import Entity, entity_for
from pangoprep.entities.item_columns import item_columns
from pangoprep.error_words import warn
from pangoprep.errors import OptionError, RecipeError, UsageError
from pangoprep.fixes.file import FixesFile
from pangoprep.matching.fixes import Fixes, check_fixes, personal_among, without_pairs
from pangoprep.matching.other_headers import other_headers
from pangoprep.matching.unanswered import ASKED, refuse_unanswered
from pangoprep.matching.written_values import check_written
from pangoprep.options import make_options
from pangoprep.private_files import write_open_text
from pangoprep.sentence import Sentence, sentence_of
from pangoprep.system_errors import reason_of

if TYPE_CHECKING:
    import pandas as pd


VERSION = 1
_READING = ("sheet", "header", "encoding", "delimiter", "items_sheet")
_HEADER = """\
# How a file becomes {entity}. Made by pangoprep; edit it freely and keep it beside the file.
# mapping: column -> field ("" leaves the column out). fixes: by field, cell -> value.
"""
_OPEN = """\
# "?" is a question: write the field, or "" to leave the column out. Nothing is read before.
"""
_APART = "# Fixes of {fields} are personal and in a fixes file: give it, too: fixes=, --fixes.\n"
_NO_SOURCE = '# source = "CRM"  # the system the rows come from; until it is said, each send asks\n'


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a file becomes an entity.

    Parameters
    ----------
    entity
        Object type; or the file that declares it, ``"cart.toml"`` or ``"shop.py:Cart"``, beside
        the recipe.
    mapping
        Column -> field; ``""`` for a column that is left out on purpose, ``"?"`` for one that
        nobody has decided about, without which no file is read. Without any, headers are matched
        as they are without a recipe.
    options
        Options other than the entity's own; see `pangoprep.Options`.
    fixes
        By field: what a cell holds -> what it means, such as ``{"gender": {"x": "male"}}``. Those
        of personal fields are never in the file: `save` puts them into a fixes file beside it.
    values
        What is added to rows, by field: constants, joined columns, ids that are computed; see
        ``docs/values.md``.
    source
        The name of the system the data comes from, as `send` takes it.
    reading
        How the file is read: sheet, header, encoding, delimiter; and the sheet of the rows' items.
    declared
        The class of an entity that is not built in. A recipe's file names the file that declares
        it, if one does; else only the object type: give the class again, ``validate(Order,
        recipe="orders.toml")``.

    Examples
    --------
    >>> recipe = Recipe(entity="customer-identity", mapping={"SĐT": "phone"}, source="CRM")
    >>> print(recipe.to_toml().partition("version")[2])
     = 1
    entity = "customer-identity"
    source = "CRM"
    <BLANKLINE>
    [mapping]
    "SĐT" = "phone"
    <BLANKLINE>
    """

    entity: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    fixes: Fixes = field(default_factory=dict, repr=False)
    values: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    reading: Mapping[str, Any] = field(default_factory=dict)
    declared: InitVar[type[Entity] | None] = None

    def __post_init__(self, declared: type[Entity] | None) -> None:
        """Check everything, so that a typing error ends here."""
        try:
            if is_file(self.entity):
                declared = open_entity(self.entity) if declared is None else declared
                object.__setattr__(self, "entity", declared.object_type)
            object.__setattr__(self, "_declared", declared)
            if declared is not None and declared.object_type != self.entity:
                raise OptionError(
                    Sentence("it is for {1!r}, not {2!r}.", self.entity, declared.object_type)
                )
            fields = entity_for(self.object_type).fields()
            make_options(self.options)
            check_fixes(self.fixes, {*fields, *self.mapping.values(), *self.values})
            object.__setattr__(self, "values", check_written(self.values))
            reason = ""
        except UsageError as error:
            reason = sentence_of(error)
        unknown = [name for name in self.reading if name not in _READING]
        if unknown:
            reason = Sentence(
                "[reading] has {1!r}; it may have {2}.", unknown[0], ", ".join(_READING)
            )
            reason += did_you_mean(unknown[0], _READING)
        if reason:
            raise RecipeError(Sentence("The recipe cannot be used: {1}", reason))

    @property
    def object_type(self) -> str | type[Entity]:
        """The entity's class, where it is one that the caller declared; else its name."""
        declared: type[Entity] | None = self.__dict__["_declared"]
        return self.entity if declared is None else declared

    @property
    def personal_fixes(self) -> dict[str, dict[str, str]]:
        """The fixes of personal fields, and of fields that the entity does not have.

        And those of words that hold a phone number or an email.
        """
        entity = entity_for(self.object_type)
        known = {**item_columns(entity), **entity.fields()}
        return personal_among(self.fixes, known)

    def to_toml(self, folder: Path | None = None) -> str:
        """Return the recipe as the text of a TOML file, without fixes of personal fields.

        Parameters
        ----------
        folder
            Where the file will be; default: the working directory.
        """
        import tomli_w

        declared: type[Entity] | None = self.__dict__["_declared"]
        named = None if declared is None else file_of(declared, folder)
        content: dict[str, Any] = {"version": VERSION, "entity": named or self.entity}
        if self.source:
            content["source"] = self.source
        for name in ("reading", "mapping", "values", "options", "fixes"):
            value = getattr(self, name)
            if name == "fixes":
                value = without_pairs(value, self.personal_fixes)
            if value:
                content[name] = plain(value)
        header = _HEADER.format(entity=self.entity) + _NO_SOURCE * (not self.source)
        if ASKED in self.mapping.values():
            header += _OPEN
        if self.personal_fixes:
            header += _APART.format(fields=", ".join(self.personal_fixes))
        return header + tomli_w.dumps(content)

    def save(
        self, path: str | os.PathLike[str], *, fixes: str | os.PathLike[str] | None = None
    ) -> Path:
        """Write the recipe to a TOML file; return its path.

        Parameters
        ----------
        path
            Such as ``"crm.toml"``.
        fixes
            The fixes file that takes the fixes of personal fields, if there are some. Default:
            beside the recipe, ``"crm.fixes"``. Give both to the next call:
            ``validate(recipe="crm.toml", fixes="crm.fixes")``.
        """
        target = path_of("path", path)
        beside = fixes_beside(target) if fixes is None else path_of("fixes", fixes)
        self.save_personal_fixes(beside)
        write_open_text(target, self.to_toml(target.parent))
        return target

    def save_personal_fixes(self, path: str | os.PathLike[str]) -> FixesFile | None:
        """Put the fixes of personal fields into a fixes file; return it, None without any."""
        if not (personal := self.personal_fixes):
            return None
        file = FixesFile(path)
        file.add(self.object_type, personal)
        return file

    @classmethod
    def load(cls, path: str | os.PathLike[str], declared: type[Entity] | None = None) -> Recipe:
        """Read a recipe; ``declared`` is the class of an entity that is not built in.

        Raises
        ------
        RecipeError
            If there is none, or something in it cannot be used; the message names it.
        """
        place = path_of("recipe", path)
        name = place.name
        content = _parsed(place, name)
        version = content.pop("version", None)
        if version != VERSION:
            raise RecipeError(
                Sentence(
                    "{1} has version = {2!r}; this pangoprep reads version = {3}.",
                    name,
                    version,
                    VERSION,
                )
            )
        known = [entry.name for entry in dataclasses.fields(cls)]
        if unknown := [entry for entry in content if entry not in known]:
            raise RecipeError(
                Sentence(
                    "{1} has {2!r}; it may have version, {3}.{4} Credentials belong in the "
                    "environment or in 'pangoprep login', never in a recipe.",
                    name,
                    unknown[0],
                    ", ".join(known),
                    did_you_mean(unknown[0], known),
                )
            )
        if not isinstance(content.get("entity"), str):
            raise RecipeError(
                Sentence("{1} names no entity, such as entity = 'customer-identity'.", name)
            )
        for entry in ("mapping", "values", "options", "fixes", "reading"):
            if not isinstance(content.get(entry, {}), dict):
                raise RecipeError(Sentence("{1}: {2} must be a table, [{2}].", name, entry))
        try:
            if is_file(content["entity"]):
                declared = declared or open_entity(content["entity"], folder=place.parent)
                content["entity"] = declared.object_type
            recipe = cls(**content, declared=declared)
        except UsageError as error:
            raise RecipeError(Sentence("{1}: {2}", name, error)) from None
        else:
            if personal := recipe.personal_fixes:
                warn(
                    Sentence(
                        "{1} holds fixes of personal fields as anybody can read them ({2}). "
                        "Move them into a fixes file: pangoprep move-fixes {1}",
                        name,
                        ", ".join(f"{one}: {len(pairs)}" for one, pairs in personal.items()),
                    ),
                    stacklevel=2,
                )
            return recipe

    def mapping_for(
        self, frame: pd.DataFrame, given: Mapping[Any, str] | None = None
    ) -> dict[Any, str]:
        """Return the mapping for a frame: the recipe's, and nothing for columns it does not name.

        A recipe without a mapping leaves columns to be matched by their headers.

        Parameters
        ----------
        frame
            The frame, or its first rows.
        given
            What the caller says of columns; it wins, and answers what the recipe asks.

        Raises
        ------
        RecipeError
            If the frame lacks a column of the recipe, or the recipe asks what a column is; the
            message says which.
        """
        own = dict(given or {})
        said = {**self.decided_for(frame), **own}
        if not self.mapping:
            return said
        refuse_unanswered(self.mapping, frame, entity_for(self.object_type), said, self.values)
        return {name: "" for name in frame.columns if name not in said} | said

    def decided_for(self, frame: pd.DataFrame) -> dict[Any, str]:
        """Return what the recipe has decided about the columns of a frame, and nothing else.

        Raises
        ------
        RecipeError
            If the frame lacks a column of the recipe.
        """
        columns = list(frame.columns)
        needed = [name for name, field in self.mapping.items() if field not in ("", ASKED)]
        if absent := [name for name in needed if name not in columns]:
            new = [str(name) for name in columns if name not in self.mapping]
            raise other_headers(absent, new)
        known = {name: self.mapping[name] for name in columns if name in self.mapping}
        return {name: field for name, field in known.items() if field != ASKED}

    def new_columns(self, frame: pd.DataFrame, given: Mapping[Any, str] | None = None) -> list[Any]:
        """Return the columns that neither the recipe's mapping nor the caller names."""
        named = {*self.mapping, *(given or {})}
        return [name for name in frame.columns if self.mapping and name not in named]


def fixes_beside(recipe: Path) -> Path:
    """Return the usual place of a recipe's fixes file."""
    return recipe.with_suffix(".fixes")


def load_recipe(recipe: Recipe | str | os.PathLike[str], entity: Any = None) -> Recipe:
    """Take a recipe, or the path of one; ``entity`` is what the caller named, if a class."""
    if isinstance(recipe, Recipe):
        return recipe
    if not isinstance(recipe, (str, os.PathLike)):
        raise OptionError("recipe must be a path, such as 'crm.toml', or a pp.Recipe.")
    is_class = isinstance(entity, type) and issubclass(entity, Entity)
    return Recipe.load(recipe, entity if is_class else None)


def _parsed(path: Path, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        reason = Sentence("cannot be read: {1}", reason_of(error))
    except UnicodeDecodeError:
        reason = Sentence("is not UTF-8")
    except tomllib.TOMLDecodeError as error:
        reason = Sentence("is no TOML: {1}", error)
    raise RecipeError(Sentence("The recipe {1} {2}.", name, reason))


def plain(value: Any) -> Any:
    """Turn mappings and collections into what TOML has."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (tuple, set, frozenset, list)):
        return sorted(map(str, value)) if isinstance(value, (set, frozenset)) else list(value)
    return value
