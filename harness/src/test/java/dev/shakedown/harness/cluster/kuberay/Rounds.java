package dev.shakedown.harness.cluster.kuberay;

import java.time.Duration;

/** Looks again and again at what the control plane has, until it is closed. */
final class Rounds implements AutoCloseable {
    private static final Duration APART = Duration.ofMillis(200);

    private final Thread thread;

    Rounds(Runnable look) {
        this.thread = Thread.ofVirtual().start(() -> run(look));
    }

    private static void run(Runnable look) {
        try {
            while (true) {
                look.run();
                Thread.sleep(APART);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
