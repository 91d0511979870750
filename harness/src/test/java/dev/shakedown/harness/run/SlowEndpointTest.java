package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.load.LoadResult;
import java.net.URI;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class SlowEndpointTest {
    private static final long MILLI = 1_000_000;

    @Test
    void endpointThatAnswersLaterThanTheOthersIsNamed() {
        assertThat(
                        SlowEndpoint.of(
                                Loads.good()
                                        .sharedBy(
                                                endpoint("http://a", 100, 20),
                                                endpoint("http://b", 200, 20))
                                        .build()))
                .singleElement()
                .satisfies(
                        reason -> {
                            assertThat(reason.code()).isEqualTo("slowEndpoint");
                            assertThat(reason.text()).contains("endpoint 2, http://b", "200 ms");
                        });
    }

    @Test
    void endpointsThatAreAlikeAndThoseWithFewRequestsAreNot() {
        assertThat(
                        SlowEndpoint.of(
                                Loads.good()
                                        .sharedBy(
                                                endpoint("http://a", 100, 20),
                                                endpoint("http://b", 140, 20))
                                        .build()))
                .isEmpty();
        assertThat(
                        SlowEndpoint.of(
                                Loads.good()
                                        .sharedBy(
                                                endpoint("http://a", 100, 20),
                                                endpoint("http://b", 900, 5))
                                        .build()))
                .isEmpty();
        assertThat(SlowEndpoint.of(Loads.good().build())).isEmpty();
    }

    private static LoadResult.EndpointFacts endpoint(String url, long millis, int requests) {
        Histogram ttft = new Histogram(3);
        ttft.recordValueWithCount(millis * MILLI, requests);
        return new LoadResult.EndpointFacts(
                URI.create(url),
                requests,
                new LoadResult.Totals(requests, requests, 0, 0, 0),
                ttft,
                Optional.empty(),
                Optional.empty());
    }
}
