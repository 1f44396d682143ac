"""Great Expectations run for real: context, suite, checkpoint, and Data Docs as pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse
from urllib.request import url2pathname

from text_recognizer.core.errors import DataError, InputError, require
from text_recognizer.data.expectations.checks import Verdict
from text_recognizer.data.expectations.custom import custom_expectations, load_great_expectations
from text_recognizer.data.expectations.pages import make_self_contained
from text_recognizer.data.expectations.rules import Rule, line_rules
from text_recognizer.data.expectations.table import check_table

if TYPE_CHECKING:
    from pandas import DataFrame  # type: ignore[import-untyped]

_SETTINGS = {
    "between": {"low": "min_value", "high": "max_value"},
    "in_set": {"values": "value_set"},
}
_SETTINGS["matches"] = {"pattern": "regex"}


@dataclass(frozen=True, kw_only=True)
class Validation:
    """What a checkpoint found.

    Args:
        passed: Whether every rule holds.
        verdicts: One a rule, in order.
        page: The page of the Data Docs that shows this run; None without a folder.
        index: The first page of the Data Docs; None without a folder.
    """

    passed: bool
    verdicts: tuple[Verdict, ...]
    page: Path | None = None
    index: Path | None = None

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The verdicts of rules that do not hold."""
        return tuple(each for each in self.verdicts if not each.passed)


def validate_table(
    table: DataFrame,
    rules: Sequence[Rule] | None = None,
    *,
    folder: str | Path | None = None,
    name: str = "lines",
) -> Validation:
    """Run a checkpoint of Great Expectations on a table.

    Without a folder the context lives in memory and is gone after the call. With one it is a
    project on disk: suite, checkpoint and results are stored there as JSON, and the Data Docs as
    pages that need nothing from outside.

    Args:
        table: From ``line_table``.
        rules: From ``line_rules``; by default all of them.
        folder: Where the project lies or is to lie; made if missing.
        name: Of the data, on the pages; a file name without its suffix.

    Returns:
        The verdicts, and the pages if there is a folder.

    Raises:
        InputError: If the table is empty or lacks a column, there is no rule, or two rules have
            one name.
        DataError: If an expectation could not be evaluated.
        MissingExtraError: If Great Expectations is not installed.

    Example:
        >>> from text_recognizer.data.expectations import line_table, read_rows
        >>> validation = validate_table(line_table(read_rows(["test"], limit=20)))
        >>> validation.passed, len(validation.verdicts), validation.page
        (True, 14, None)
    """
    chosen = list(line_rules() if rules is None else rules)
    check_table(table, {"id", *(column for rule in chosen for column in rule.columns)})
    names = [rule.name for rule in chosen]
    if not names or len(set(names)) < len(names):
        raise InputError(
            f"a suite has at least one rule and no two of one name; received {names}; "
            "name each rule by what it expects"
        )
    context = _open_context(folder)
    checkpoint = _checkpoint(context, build_suite(chosen, name), name)
    outcome = checkpoint.run(
        batch_parameters={"dataframe": table.reset_index(drop=True)},
        run_id=_run_identifier(f"{len(table)} rows"),
    )
    [(identifier, result)] = outcome.run_results.items()
    found = {each.expectation_config.meta["rule"]: each for each in result.results}
    verdicts = tuple(_verdict(rule, found[rule.name], len(table)) for rule in chosen)
    passed = all(verdict.passed for verdict in verdicts)
    if folder is None:
        return Validation(passed=passed, verdicts=verdicts)
    index, page = (_path(context, each) for each in (None, identifier))
    make_self_contained(index.parent)
    return Validation(passed=passed, verdicts=verdicts, page=page, index=index)


def build_suite(rules: Sequence[Rule], name: str) -> Any:
    """The rules as an ``ExpectationSuite``.

    Args:
        rules: At least one.
        name: Of the suite.

    Returns:
        A ``great_expectations.ExpectationSuite`` that belongs to no context yet.
    """
    gx = load_great_expectations()
    suite = gx.ExpectationSuite(name=name)
    for rule in rules:
        suite.add_expectation(_expectation(rule))
    return suite


def _expectation(rule: Rule) -> Any:
    gxe = require("great_expectations.expectations", extra="data")
    built_in = {
        "unique": gxe.ExpectColumnValuesToBeUnique,
        "in_set": gxe.ExpectColumnValuesToBeInSet,
        "matches": gxe.ExpectColumnValuesToMatchRegex,
        "between": gxe.ExpectColumnValuesToBeBetween,
    }
    kind = built_in.get(rule.kind) or custom_expectations()[rule.kind]
    renamed = _SETTINGS.get(rule.kind, {})
    settings = {renamed.get(key, key): value for key, value in rule.settings.items()}
    if isinstance(settings.get("value_set"), tuple):
        settings["value_set"] = list(settings["value_set"])
    if len(rule.columns) == 1:
        settings["column"] = rule.columns[0]
    else:
        settings["column_list"] = list(rule.columns)
    if rule.kind in ("picture", "fit"):
        settings["ignore_row_if"] = "never"
    if rule.kind != "follows":
        settings["mostly"] = rule.mostly
    return kind(**settings, meta={"rule": rule.name}, description=str(rule))


def _open_context(folder: str | Path | None) -> Any:
    gx = load_great_expectations()
    # A stored suite is read as the project opens, and must find its expectations.
    custom_expectations()
    types = require("great_expectations.data_context.types.base", extra="data")
    if folder is None:
        context = gx.get_context(mode="ephemeral")
    else:
        context = gx.get_context(mode="file", project_root_dir=str(folder))
    context.variables.progress_bars = types.ProgressBarsConfig(globally=False)
    return context


def _checkpoint(context: Any, suite: Any, name: str) -> Any:
    """A checkpoint over the suite, in place of one of the same name from an earlier run."""
    gx = load_great_expectations()
    action = require("great_expectations.checkpoint", extra="data").UpdateDataDocsAction
    source = context.data_sources.add_or_update_pandas(name)
    asset = source.add_dataframe_asset("table")
    batch = asset.add_batch_definition_whole_dataframe("all rows")
    stored = context.suites.add_or_update(suite)
    definition = context.validation_definitions.add_or_update(
        gx.ValidationDefinition(name=name, data=batch, suite=stored)
    )
    return context.checkpoints.add_or_update(
        gx.Checkpoint(
            name=name,
            validation_definitions=[definition],
            actions=[action(name="Data Docs")],
            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["id"]},
        )
    )


def _run_identifier(name: str) -> Any:
    module = require("great_expectations.core.run_identifier", extra="data")
    return module.RunIdentifier(run_name=name)


def _verdict(rule: Rule, result: Any, length: int) -> Verdict:
    raised = [
        str(each.get("exception_message"))
        for each in (result.exception_info or {}).values()
        if isinstance(each, dict)
    ]
    if raised:
        raise DataError(
            f"every expectation must be evaluated; {rule.name!r} raised {raised[0]}; "
            "check that the columns hold what the rule takes"
        )
    details = result.result
    rows = int(details.get("element_count", length)) - int(details.get("missing_count") or 0)
    places = details.get("unexpected_index_list") or []
    return Verdict(
        rule=rule.name,
        passed=bool(result.success),
        broken=int(details.get("unexpected_count") or 0),
        rows=rows,
        examples=tuple(str(place["id"]) for place in places[:5]),
        measured=float(details["observed_value"]) if rule.kind == "follows" else None,
    )


def _path(context: Any, identifier: Any) -> Path:
    [site] = context.get_docs_sites_urls(resource_identifier=identifier)
    return Path(url2pathname(urlparse(site["site_url"]).path))
