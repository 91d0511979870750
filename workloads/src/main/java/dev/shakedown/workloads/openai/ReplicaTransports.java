package dev.shakedown.workloads.openai;

import dev.shakedown.workloads.measure.ThreadWork;
import dev.shakedown.workloads.openai.CompletionTransport.Connections;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** One transport to each of several replicas; those on event loops share their threads. */
public final class ReplicaTransports implements AutoCloseable {
    private final EventLoops loops = new EventLoops();
    private final List<CompletionTransport> each;

    /**
     * @param requestTimeout from sending to the stream's end
     * @param clock monotonic nanoseconds, handed to the sinks
     */
    public ReplicaTransports(
            List<Endpoint> endpoints, Duration requestTimeout, LongSupplier clock) {
        each =
                endpoints.stream()
                        .map(
                                endpoint ->
                                        CompletionTransport.to(
                                                endpoint, requestTimeout, clock, loops))
                        .toList();
    }

    /** That to a replica, from 0 on. */
    public CompletionTransport to(int replica) {
        return each.get(replica);
    }

    /** The event loops that have started so far. */
    public List<ThreadWork> loops() {
        return Stream.concat(
                        loops.work().stream(),
                        each.stream().flatMap(transport -> transport.loops().stream()))
                .distinct()
                .toList();
    }

    /** How connections to all of them fared so far. */
    public Connections connections() {
        List<Connections> all = each.stream().map(CompletionTransport::connections).toList();
        return new Connections(
                all.stream().mapToLong(Connections::opened).sum(),
                all.stream().mapToLong(Connections::resends).sum(),
                all.stream().anyMatch(Connections::connectInTtft));
    }

    @Override
    public void close() {
        each.forEach(CompletionTransport::close);
        loops.close();
    }
}
