package dev.shakedown.simulator.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.SimulatedEngine.Split;
import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.engine.MemoryFit;
import dev.shakedown.simulator.fault.Faults;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class StartLinesTest {
    private static final SimulatedCluster CLUSTER =
            new SimulatedCluster(
                    2,
                    8,
                    "H100-SXM-80GB",
                    SimulatedEngine.of("meta-llama/Llama-3.1-70B-Instruct", new Split(8, 2, 1)));

    @Test
    void linesCarryTheTimeAtWhichTheyAreWritten() {
        List<String> stamps = found("\\d\\d-\\d\\d (\\d\\d:\\d\\d:\\d\\d)", Duration.ofSeconds(50));
        assertThat(stamps).isSorted().hasSizeGreaterThan(20);
        assertThat(stamps.stream().distinct().count()).isGreaterThan(8);
    }

    @Test
    void durationsInTheTextAreNotLongerThanTheStart() {
        List<String> seconds =
                found("(?:in|took|and) ([\\d.]+) (?:s|secs|seconds)\\b", Duration.ofSeconds(3));
        assertThat(seconds).hasSizeGreaterThan(3);
        assertThat(seconds.stream().map(Double::valueOf)).allMatch(s -> s <= 3);
    }

    @Test
    void ncclNamesTheChannelsOfTheShape() {
        List<String> channels =
                new NcclLines(CLUSTER, SimulatedNode.of(CLUSTER, 1), Faults.none())
                        .all().stream()
                                .map(NcclLines.Said::text)
                                .filter(text -> text.contains("Channel"))
                                .toList();
        // A ring of eight on each node, and eight pairs between the stages.
        assertThat(channels).filteredOn(text -> text.endsWith("via P2P/CUMEM")).hasSize(16);
        assertThat(channels)
                .filteredOn(text -> text.contains(" [send] via NET/IB/"))
                .hasSize(8)
                .allMatch(text -> text.endsWith("/GDRDMA"));
    }

    /** All matches in the order in which the lines are written. */
    private static List<String> found(String regex, Duration within) {
        // Twenty past the hour: no zone has its midnight within the minute that follows.
        StartLines.Span span = new StartLines.Span(Instant.parse("2026-11-24T10:20:00Z"), within);
        return new StartLines(CLUSTER, SimulatedNode.of(CLUSTER, 1), "http://here", span)
                .lines(MemoryFit.of(CLUSTER)).stream()
                        .sorted(Comparator.comparingDouble(StartLines.Line::at))
                        .flatMap(line -> Pattern.compile(regex).matcher(line.text()).results())
                        .map((MatchResult match) -> match.group(1))
                        .toList();
    }
}
