package dev.shakedown.harness.cluster.gpu;

import dev.shakedown.harness.cluster.StepFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * {@code nvidia-smi}, which stays on each node and prints once a second. It ends with {@link
 * #close}; if this process is killed, it ends at its next line, for nobody reads it any more; and
 * in any case after the time that it was given.
 */
public final class NvidiaSmi implements GpuSource {
    private static final Duration END_WITHIN = Duration.ofSeconds(2);

    private final String script;
    private final List<Tail> tails;
    private List<Thread> threads = List.of();

    /** A machine with GPUs, and the way to run something there. */
    public interface Host {
        String name();

        /** Whether the run uses the GPU of this index. */
        boolean uses(int gpu);

        /**
         * Runs a script of {@code sh} to its end; an interrupt ends it.
         *
         * @param onLine gets each line that it prints
         * @throws StepFailedException if it fails, or was ended
         */
        void run(String script, Consumer<String> onLine);
    }

    /**
     * @param longest after which it ends by itself
     */
    public NvidiaSmi(List<? extends Host> hosts, Duration longest) {
        script = SmiRow.script(longest);
        tails = hosts.stream().map(Tail::new).toList();
    }

    /** What it runs on each host, for {@code sh}. */
    public static String script(Duration longest) {
        return SmiRow.script(longest);
    }

    @Override
    public String name() {
        return "nvidia-smi";
    }

    @Override
    public synchronized GpuReadings read() {
        if (threads.isEmpty()) {
            threads = tails.stream().map(tail -> Thread.ofVirtual().start(tail::follow)).toList();
        }
        List<GpuReading> gpus = tails.stream().flatMap(tail -> tail.take().stream()).toList();
        boolean allEnded = tails.stream().allMatch(Tail::isEnded);
        // While others may still begin, one that failed is no reason to give up.
        return new GpuReadings(gpus, gpus.isEmpty() && !allEnded ? List.of() : troubles());
    }

    private List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        tails.stream().filter(Tail::isEnded).forEach(tail -> troubles.add(tail.trouble()));
        return troubles;
    }

    @Override
    public synchronized void close() {
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                boolean _ = thread.join(END_WITHIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last that one host printed. */
    private final class Tail {
        private final Host host;
        private final List<GpuReading> last = new ArrayList<>();
        private String said = "it printed nothing";
        private boolean ended;

        Tail(Host host) {
            this.host = host;
        }

        void follow() {
            try {
                host.run(script, this::line);
                end("");
            } catch (StepFailedException e) {
                end(e.evidence().isEmpty() ? e.what() : e.evidence().getLast());
            }
        }

        private synchronized void line(String text) {
            SmiRow.parse(text, host.name())
                    .ifPresentOrElse(
                            row -> {
                                if (host.uses(row.index())) {
                                    last.removeIf(old -> old.index() == row.index());
                                    last.add(row);
                                }
                            },
                            () -> said = text);
        }

        private synchronized void end(String why) {
            said = why.isEmpty() ? said : why;
            ended = true;
        }

        synchronized List<GpuReading> take() {
            List<GpuReading> taken = List.copyOf(last);
            last.clear();
            return taken;
        }

        synchronized boolean isEnded() {
            return ended;
        }

        synchronized String trouble() {
            return "nvidia-smi on %s ended: %s".formatted(host.name(), said);
        }
    }
}
