"""What a revision did, as Cloud Monitoring counted it.

The metrics: https://cloud.google.com/monitoring/api/metrics_gcp (``run``, ``logging``). They are sampled once a minute
and seen a few minutes later, so a look at less than five minutes sees little.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from .place import Place
from .programs import Red, gcloud, run

MONITORING_URL = "https://monitoring.googleapis.com"
REQUESTS = "run.googleapis.com/request_count"
LINES = "logging.googleapis.com/log_entry_count"
ACCESS_LOG = "run.googleapis.com/requests"  # tells of requests once more, those with a status of 500 as errors
GRAVE = ("ERROR", "CRITICAL", "ALERT", "EMERGENCY")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a revision did: requests answered, those with a status of 500 or more, and log lines of at least ERROR."""

    requests: int = 0
    failed: int = 0
    errors: int = 0

    @property
    def failing(self) -> float:
        """The share of requests that failed."""
        return self.failed / self.requests if self.requests else 0.0


Look = Callable[[str, int], Seen]  # a revision, and how many minutes back


def opened(place: Place) -> Look:
    """Return a way to look at the revisions of a service."""
    words = ("run", "services", "describe", place.service_name, f"--region={place.region}")
    project = gcloud(*words)["metadata"]["namespace"]  # the project's number

    def look(revision: str, minutes: int) -> Seen:
        token = run("gcloud", "auth", "print-access-token", "--quiet").strip()
        requests = _counted(project, token, REQUESTS, "response_code_class", revision, minutes)
        lines = _counted(
            project, token, LINES, "severity", revision, minutes, f' AND metric.labels.log != "{ACCESS_LOG}"'
        )
        return Seen(sum(requests.values()), requests.get("5xx", 0), sum(lines.get(name, 0) for name in GRAVE))

    return look


def counted(answer: Mapping[str, Any], label: str) -> dict[str, int]:
    """Add up the points of an answer's time series: value of the label → count."""
    found: dict[str, int] = {}
    for series in answer.get("timeSeries", []):
        name = series["metric"]["labels"][label]
        points = sum(int(point["value"]["int64Value"]) for point in series["points"])
        found[name] = found.get(name, 0) + points
    return found


def _counted(
    project: str, token: str, metric: str, label: str, revision: str, minutes: int, more: str = ""
) -> dict[str, int]:
    now = datetime.now(UTC)
    query = {
        "filter": f'metric.type = "{metric}" AND resource.labels.revision_name = "{revision}"{more}',
        "interval.startTime": (now - timedelta(minutes=minutes)).isoformat(),
        "interval.endTime": now.isoformat(),
        "aggregation.alignmentPeriod": "60s",
        "aggregation.perSeriesAligner": "ALIGN_DELTA",
        "aggregation.crossSeriesReducer": "REDUCE_SUM",
        "aggregation.groupByFields": f"metric.labels.{label}",
    }
    url = f"{os.environ.get('MONITORING_URL', MONITORING_URL)}/v3/projects/{project}/timeSeries?{urlencode(query)}"
    asked = Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - one of two known addresses
    try:
        with urlopen(asked, timeout=60) as answer:  # noqa: S310
            return counted(json.load(answer), label)
    except URLError as failure:  # not with the URL: the log is no place for it
        raise Red(f"Cloud Monitoring does not answer: {failure.reason}") from None
