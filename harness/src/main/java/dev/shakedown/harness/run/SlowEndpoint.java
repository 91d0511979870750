package dev.shakedown.harness.run;

import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.load.LoadResult.EndpointFacts;
import dev.shakedown.workloads.measure.SampleFloor;
import java.util.List;
import java.util.stream.IntStream;

/** One of several endpoints that answers later than the others: figures of all of them hide it. */
final class SlowEndpoint {
    private static final double SLOWER = 1.5;

    private SlowEndpoint() {}

    /** Each whose median TTFT is half as long again as that of the endpoint in the middle. */
    static List<Reason> of(LoadResult load) {
        List<EndpointFacts> all = load.endpoints();
        boolean told =
                all.stream()
                        .allMatch(
                                one -> SampleFloor.P50.needs(one.ttft().getTotalCount()).isEmpty());
        if (all.isEmpty() || !told) {
            return List.of();
        }
        long[] medians = all.stream().mapToLong(SlowEndpoint::median).sorted().toArray();
        long middle = medians[(medians.length - 1) / 2];
        return IntStream.range(0, all.size())
                .filter(i -> median(all.get(i)) > SLOWER * middle)
                .mapToObj(
                        i ->
                                new Reason(
                                        "slowEndpoint",
                                        "endpoint %d, %s, is slower than the others: TTFT p50 %s, %s in the middle of %d; look at its server alone"
                                                .formatted(
                                                        i + 1,
                                                        all.get(i).baseUrl(),
                                                        Durations.millis(median(all.get(i))),
                                                        Durations.millis(middle),
                                                        all.size())))
                .toList();
    }

    private static long median(EndpointFacts one) {
        return one.ttft().getValueAtPercentile(SampleFloor.P50.percentile());
    }
}
