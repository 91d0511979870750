package dev.shakedown.workloads.openai;

import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.LongSupplier;

/** Connections between two requests, of all loops; the one used last is used first. */
final class IdleConnections {
    private final LongSupplier clock;
    private final Deque<LoopConnection> waiting = new ConcurrentLinkedDeque<>();

    IdleConnections(LongSupplier clock) {
        this.clock = clock;
    }

    /** One that is open, and not so old that the server may be closing it. */
    Optional<LoopConnection> take() {
        LoopConnection youngest = waiting.pollLast();
        while (youngest != null) {
            if (fresh(youngest)) {
                return Optional.of(youngest);
            }
            youngest.close();
            youngest = waiting.pollLast();
        }
        return Optional.empty();
    }

    void put(LoopConnection connection) {
        waiting.add(connection);
        LoopConnection oldest = waiting.peek();
        while (oldest != null && !fresh(oldest)) {
            if (waiting.remove(oldest)) {
                oldest.close();
            }
            oldest = waiting.peek();
        }
    }

    private boolean fresh(LoopConnection connection) {
        return connection.open()
                && clock.getAsLong() - connection.idleSinceNs() < HttpClients.MAX_IDLE.toNanos();
    }
}
