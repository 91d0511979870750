"""Prometheus' own parser on a page of metrics: metrics_page.py BASE_URL. Prints sums and counts as JSON."""
import json
import sys
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

page = urllib.request.urlopen(sys.argv[1] + "/metrics").read().decode()
families = {family.name: family for family in text_string_to_metric_families(page)}
for family in families.values():
    assert family.type in ("gauge", "counter", "histogram"), family
    assert family.documentation, family
    for sample in family.samples:
        # Refusals are the front end's, of no engine.
        assert "engine" in sample.labels or "reason" in sample.labels, sample
histograms = [f for f in families.values() if f.type == "histogram"]
assert len(histograms) >= 15, [f.name for f in histograms]
print(json.dumps({s.name: s.value for f in families.values() for s in f.samples if s.name.endswith(("_sum", "_count", "_total"))}))
