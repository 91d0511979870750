package dev.shakedown.workloads.load;

import dev.shakedown.workloads.openai.Endpoint;
import dev.shakedown.workloads.openai.ServerApi;
import dev.shakedown.workloads.openai.ServerCounters;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BiConsumer;

/** The routes beside the completions, of all endpoints of a load. */
final class Servers implements AutoCloseable {
    private final List<Endpoint> endpoints;
    private final List<ServerApi> each;

    /** 1 while an endpoint's metrics are read. */
    private final AtomicIntegerArray reading;

    Servers(List<Endpoint> endpoints, Duration callTimeout) {
        this.endpoints = endpoints;
        each = endpoints.stream().map(endpoint -> new ServerApi(endpoint, callTimeout)).toList();
        reading = new AtomicIntegerArray(each.size());
    }

    /** They serve the same model: one is asked how it reads prompts. */
    ServerApi first() {
        return each.getFirst();
    }

    /** What all of them take; empty if none tells. */
    OptionalInt maxModelLength() {
        return each.stream().map(ServerApi::maxModelLength).flatMapToInt(OptionalInt::stream).min();
    }

    /** The counters of each at a moment when it has nothing to do, as {@link IdlePoint} says. */
    List<Optional<ServerCounters>> idle(Duration patience) {
        return each.stream().map(server -> IdlePoint.read(server, patience)).toList();
    }

    /**
     * Begins to read each one's page {@code /metrics}, and returns at once. One that still answers
     * the last time is left out: it must not hold up the others.
     *
     * @param taker gets the page, and a label for its samples: empty where there is one endpoint;
     *     on a thread of its own for each endpoint
     */
    void metrics(BiConsumer<String, String> taker) {
        for (int i = 0; i < each.size(); i++) {
            int index = i;
            if (reading.compareAndSet(i, 0, 1)) {
                Thread.ofVirtual().start(() -> metrics(index, taker));
            }
        }
    }

    private void metrics(int index, BiConsumer<String, String> taker) {
        String label = each.size() == 1 ? "" : "endpoint=" + (index + 1);
        try {
            each.get(index).metrics().ifPresent(page -> taker.accept(page, label));
        } finally {
            reading.set(index, 0);
        }
    }

    /** The sum; empty if one of them is not known. */
    static Optional<ServerCounters> sum(List<Optional<ServerCounters>> each) {
        return each.stream()
                .reduce((one, other) -> one.flatMap(a -> other.map(a::plus)))
                .orElse(Optional.empty());
    }

    /** An endpoint's counters before and after a load. */
    record Counted(URI baseUrl, Optional<ServerCounters> before, Optional<ServerCounters> after) {}

    /** Of several endpoints each; none where there is one. */
    List<Counted> counted(
            List<Optional<ServerCounters>> before, List<Optional<ServerCounters>> after) {
        List<Counted> counted = new ArrayList<>();
        for (int i = 0; i < each.size() && each.size() > 1; i++) {
            counted.add(new Counted(endpoints.get(i).baseUrl(), before.get(i), after.get(i)));
        }
        return counted;
    }

    @Override
    public void close() {
        each.forEach(ServerApi::close);
    }
}
