"""Four expectations that Great Expectations does not have, of transcriptions and their pictures.

Each stands on a check of ``checks``, so that it says the same with and without the library. They
are defined in a function because importing Great Expectations takes seconds.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

from text_recognizer.core.errors import require
from text_recognizer.data.expectations.checks import CHECKS, agreement


def load_great_expectations() -> Any:
    """The library, imported with its reports to a server switched off.

    Raises:
        MissingExtraError: If it is not installed.
    """
    # Read at import: without it every call would be reported.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    return require("great_expectations", extra="data")


@lru_cache(maxsize=1)
def custom_expectations() -> dict[str, Any]:
    """The expectation classes by the kind of rule they serve; defined and registered once.

    Returns:
        ``transcription``: a column-map expectation (``column``, ``alphabet``, ``mostly``);
        ``picture``: a multi-column one (decodes, dark on light, ink; ``low``, ``high``);
        ``fit``: a multi-column one (text, width; ``low``, ``high``);
        ``follows``: one over the table (width, characters, writer; ``low``).

    Raises:
        MissingExtraError: If Great Expectations is not installed.

    Source:
        Great Expectations 1.x, "Create a custom Expectation" and ``ColumnMapMetricProvider``.

    Example:
        >>> sorted(custom_expectations())
        ['fit', 'follows', 'picture', 'transcription']
    """
    load_great_expectations()
    return {
        "transcription": _transcription(),
        "picture": _picture(),
        "fit": _fit(),
        "follows": _follows(),
    }


def _transcription() -> Any:
    base, metrics, engine = _bases()

    class ColumnValuesAreTranscriptions(metrics.ColumnMapMetricProvider):  # type: ignore[name-defined, misc]
        condition_metric_name = "column_values.are_transcriptions"
        condition_value_keys = ("alphabet",)

        @metrics.column_condition_partial(engine=engine)  # type: ignore[untyped-decorator]
        def _pandas(cls, column: Any, alphabet: str, **_: Any) -> Any:
            return _series(column, CHECKS["transcription"](column.to_numpy(), alphabet=alphabet))

    class ExpectColumnValuesToBeTranscriptions(base.ColumnMapExpectation):  # type: ignore[name-defined, misc]
        alphabet: str
        map_metric = "column_values.are_transcriptions"
        success_keys = ("alphabet", "mostly")
        args_keys = ("column", "alphabet")

    return ExpectColumnValuesToBeTranscriptions


def _picture() -> Any:
    base, _, _ = _bases()
    _multicolumn_metric("are_line_pictures", "picture")

    class ExpectColumnsToBeLinePictures(base.MulticolumnMapExpectation):  # type: ignore[name-defined, misc]
        low: float
        high: float
        map_metric = "multicolumn_values.are_line_pictures"
        success_keys = ("low", "high", "mostly")
        args_keys = ("column_list", "low", "high")

    return ExpectColumnsToBeLinePictures


def _fit() -> Any:
    base, _, _ = _bases()
    _multicolumn_metric("width_fits_text", "fit")

    class ExpectWidthToFitText(base.MulticolumnMapExpectation):  # type: ignore[name-defined, misc]
        low: float
        high: float
        map_metric = "multicolumn_values.width_fits_text"
        success_keys = ("low", "high", "mostly")
        args_keys = ("column_list", "low", "high")

    return ExpectWidthToFitText


def _follows() -> Any:
    base, _, engine = _bases()
    gx = "great_expectations"
    provider = require(f"{gx}.expectations.metrics.table_metric_provider", extra="data")
    metric_provider = require(f"{gx}.expectations.metrics.metric_provider", extra="data")
    table = require(f"{gx}.core.metric_domain_types", extra="data").MetricDomainTypes.TABLE

    class TableAgreement(provider.TableMetricProvider):  # type: ignore[name-defined, misc]
        metric_name = "table.agreement"
        value_keys = ("column_list",)

        @metric_provider.metric_value(engine=engine)  # type: ignore[untyped-decorator]
        def _pandas(
            cls,
            execution_engine: Any,
            metric_domain_kwargs: Any,
            metric_value_kwargs: Any,
            **_: Any,
        ) -> float:
            frame, _, _ = execution_engine.get_compute_domain(
                domain_kwargs=metric_domain_kwargs, domain_type=table
            )
            return agreement(
                *(frame[name].to_numpy() for name in metric_value_kwargs["column_list"])
            )

    class ExpectWidthsToFollowTexts(base.BatchExpectation):  # type: ignore[name-defined, misc]
        column_list: list[str]
        low: float
        metric_dependencies = ("table.agreement",)
        success_keys = ("column_list", "low")
        args_keys = ("column_list", "low")

        def _validate(self, metrics: Any, *_: Any, **__: Any) -> dict[str, Any]:
            value = metrics["table.agreement"]
            return {"success": bool(value >= self.low), "result": {"observed_value": value}}

    return ExpectWidthsToFollowTexts


def _multicolumn_metric(name: str, kind: str) -> Any:
    """A metric that asks the check of ``kind`` over the columns in their order."""
    _, metrics, engine = _bases()
    provider = metrics.map_metric_provider

    class ColumnsPassCheck(provider.MulticolumnMapMetricProvider):  # type: ignore[name-defined, misc]
        condition_metric_name = f"multicolumn_values.{name}"
        condition_domain_keys = ("column_list",)
        condition_value_keys = ("low", "high")

        @provider.multicolumn_condition_partial(engine=engine)  # type: ignore[untyped-decorator]
        def _pandas(cls, column_list: Any, low: float, high: float, **_: Any) -> Any:
            columns = (column_list[each].to_numpy() for each in column_list.columns)
            return _series(column_list, CHECKS[kind](*columns, low=low, high=high))

    return ColumnsPassCheck


def _bases() -> tuple[Any, Any, Any]:
    """The modules of expectations and of metrics, and the engine for pandas."""
    gx = "great_expectations"
    base = require(f"{gx}.expectations.expectation", extra="data")
    metrics = require(f"{gx}.expectations.metrics", extra="data")
    engine = require(f"{gx}.execution_engine", extra="data").PandasExecutionEngine
    return base, metrics, engine


def _series(like: Any, values: Any) -> Any:
    return require("pandas", extra="data").Series(values, index=like.index)
