package dev.shakedown.workloads.load;

import java.time.Duration;
import java.util.Optional;

/**
 * How a load goes, once a second.
 *
 * @param phase {@code warmup}, {@code measure} or {@code drain}
 * @param remaining until the schedule ends; zero in the drain
 * @param offeredPerSecond requests intended in the last second
 * @param achievedPerSecond requests completed in the last second
 * @param ttftP50 from sent, over the measured phase so far (over the warm-up while it lasts); empty
 *     while there is no value
 * @param ttftP99 likewise
 * @param outputTokensPerSecond tokens that arrived in the last second
 * @param errors requests so far that ended in another way than completed
 */
@SuppressWarnings("OptionalUsedAsFieldOrParameterType")
public record LiveSample(
        String phase,
        Duration elapsed,
        Duration remaining,
        double offeredPerSecond,
        double achievedPerSecond,
        int inFlight,
        Optional<Duration> ttftP50,
        Optional<Duration> ttftP99,
        double outputTokensPerSecond,
        long errors) {}
