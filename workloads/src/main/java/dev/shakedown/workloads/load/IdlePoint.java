package dev.shakedown.workloads.load;

import dev.shakedown.workloads.openai.ServerApi;
import dev.shakedown.workloads.openai.ServerCounters;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Reads the server's counters at a moment when it has nothing to do. */
final class IdlePoint {
    private static final long BETWEEN_NS = 100_000_000;

    private IdlePoint() {}

    /**
     * The counters once two readings in a row agree and nothing runs; the last reading if that does
     * not come within {@code patience}; empty if the server has none.
     */
    static Optional<ServerCounters> read(ServerApi server, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<ServerCounters> last = counters(server);
        while (last.isPresent() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(BETWEEN_NS);
            Optional<ServerCounters> now = counters(server);
            if (now.equals(last) && now.get().running() == 0) {
                return now;
            }
            last = now;
        }
        return last;
    }

    private static Optional<ServerCounters> counters(ServerApi server) {
        return server.metrics().flatMap(ServerCounters::parse);
    }
}
