package dev.shakedown.workloads.agent;

import dev.shakedown.workloads.job.JobLine;
import dev.shakedown.workloads.load.LiveSample;
import dev.shakedown.workloads.load.LoadResult;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/** What a load agent says, one JSON object a line. */
public sealed interface AgentLine {

    /**
     * The first.
     *
     * @param client what makes the load: {@code client.java}, {@code client.os}, {@code
     *     client.cores}
     * @param nowNs since the run's start, by the clock of the node
     */
    record Start(Map<String, String> client, long nowNs) implements AgentLine {
        public Start {
            client = Map.copyOf(client);
        }
    }

    /**
     * Once, before the load.
     *
     * @param roundTrip to the endpoint and back; empty if it could not be measured
     */
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType")
    record Way(Optional<Duration> roundTrip) implements AgentLine {}

    /** Each second. */
    record Second(LiveSample sample) implements AgentLine {}

    /**
     * The next bytes of a file of the recording.
     *
     * @param at how many came before: a log that is opened again may repeat itself
     * @param base64 of these bytes
     */
    record File(String name, long at, String base64) implements AgentLine {

        static File of(String name, long at, byte[] bytes) {
            return new File(name, at, Base64.getEncoder().encodeToString(bytes));
        }

        /** The bytes themselves. */
        public byte[] bytes() {
            return Base64.getDecoder().decode(base64);
        }
    }

    /**
     * The last one.
     *
     * @param load absent if there is an error
     * @param error why there is no load
     * @param written bytes of each file
     */
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType")
    record End(Optional<LoadResult> load, Optional<String> error, Map<String, Long> written)
            implements AgentLine {
        public End {
            written = Map.copyOf(written);
        }
    }

    /** As it is printed. */
    default String text() {
        return "{\"step\":\"%s\",\"is\":%s}".formatted(name(getClass()), AgentJson.text(this));
    }

    /** Empty for a line that is none of these. */
    static Optional<AgentLine> parse(String logLine) {
        return JobLine.in(logLine).flatMap(AgentLine::of);
    }

    private static Optional<AgentLine> of(JobLine line) {
        for (Class<?> type : AgentLine.class.getPermittedSubclasses()) {
            if (line.step().equals(name(type))) {
                return read(line, type.asSubclass(AgentLine.class));
            }
        }
        return Optional.empty();
    }

    private static Optional<AgentLine> read(JobLine line, Class<? extends AgentLine> type) {
        try {
            return Optional.of(AgentJson.read(line.json().path("is"), type));
        } catch (JacksonException torn) {
            return Optional.empty();
        }
    }

    private static String name(Class<?> type) {
        return "load." + type.getSimpleName();
    }
}
