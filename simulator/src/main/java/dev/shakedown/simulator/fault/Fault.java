package dev.shakedown.simulator.fault;

import dev.shakedown.simulator.http.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A fault that is asked for.
 *
 * @param node from 1; empty: the last node
 * @param rank from 0, counted over all GPUs; empty: the first of the last node
 * @param after begin, from what {@link FaultKind#since} says
 * @param lasting empty: to the end
 * @param share of the requests, 0 to 1
 * @param speed of the GPUs that it slows, 1 is as usual; empty: what its kind says
 */
public record Fault(
        FaultKind kind,
        OptionalInt node,
        OptionalInt rank,
        Duration after,
        Optional<Duration> lasting,
        double share,
        OptionalDouble speed) {

    public Fault {
        if (speed.orElse(1) <= 0) {
            throw new IllegalArgumentException("a GPU that stands still has no speed");
        }
        if (share < 0 || share > 1 || after.isNegative()) {
            throw new IllegalArgumentException("a share is 0 to 1, a time not negative");
        }
        if (node.orElse(1) < 1 || rank.orElse(0) < 0) {
            throw new IllegalArgumentException("nodes count from 1, ranks from 0");
        }
    }

    /** One that slows as much as its kind says. */
    public Fault(
            FaultKind kind,
            OptionalInt node,
            OptionalInt rank,
            Duration after,
            Optional<Duration> lasting,
            double share) {
        this(kind, node, rank, after, lasting, share, OptionalDouble.empty());
    }

    /** One that is there from the beginning to the end. */
    public static Fault of(FaultKind kind) {
        return new Fault(
                kind, OptionalInt.empty(), OptionalInt.empty(), Duration.ZERO, Optional.empty(), 1);
    }

    /** What it does in one respect; empty where it does nothing to that. */
    Optional<String> value(Effect effect) {
        Optional<String> usual = Optional.ofNullable(kind.effects().get(effect));
        return effect == Effect.GPU_SPEED && usual.isPresent() && speed.isPresent()
                ? Optional.of(String.valueOf(speed.getAsDouble()))
                : usual;
    }

    /** One line: what, where, when. */
    public String describe() {
        return kind.name()
                + (node.isPresent() ? " node " + node.getAsInt() : "")
                + (rank.isPresent() ? " rank " + rank.getAsInt() : "")
                + (after.isZero() ? "" : " after " + seconds(after))
                + lasting.map(time -> " for " + seconds(time)).orElse("")
                + (share < 1 ? " share " + share : "")
                + (speed.isPresent() ? " speed " + speed.getAsDouble() : "");
    }

    /** All of them for another process; {@link #parse} reads it. */
    public static String write(List<Fault> faults) {
        ArrayNode all = Json.array();
        for (Fault fault : faults) {
            ObjectNode row = all.addObject().put("kind", fault.kind.name());
            fault.node.ifPresent(number -> row.put("node", number));
            fault.rank.ifPresent(number -> row.put("rank", number));
            row.put("after", fault.after.toNanos());
            fault.lasting.ifPresent(time -> row.put("for", time.toNanos()));
            row.put("share", fault.share);
            fault.speed.ifPresent(number -> row.put("speed", number));
        }
        return Json.write(all);
    }

    /** What {@link #write} wrote. */
    public static List<Fault> parse(String text) {
        return Json.read(text).valueStream().map(Fault::parse).toList();
    }

    private static Fault parse(JsonNode row) {
        return new Fault(
                FaultKind.named(row.path("kind").asString()).orElseThrow(),
                number(row.path("node")),
                number(row.path("rank")),
                Duration.ofNanos(row.path("after").asLong(0)),
                row.has("for")
                        ? Optional.of(Duration.ofNanos(row.path("for").asLong(0)))
                        : Optional.empty(),
                row.path("share").asDouble(1),
                row.has("speed")
                        ? OptionalDouble.of(row.path("speed").asDouble(1))
                        : OptionalDouble.empty());
    }

    private static OptionalInt number(JsonNode value) {
        return value.isInt() ? OptionalInt.of(value.asInt()) : OptionalInt.empty();
    }

    private static String seconds(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
