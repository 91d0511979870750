package dev.shakedown.harness.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM while a command works: the working thread is interrupted, tears down, and only
 * then does the process end, with the exit code for an interrupted run.
 */
final class Interruption implements AutoCloseable {
    /**
     * Collecting logs, diagnosis and teardown have deadlines of their own (1, 1 and 2 minutes, and
     * a moment to let go); this is what they and the reports may take together.
     */
    private static final Duration TEARDOWN = Duration.ofMinutes(6);

    private final Thread worker;
    private final Terminal terminal;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean came;
    private final Thread hook = new Thread(this::onSignal, "interruption");

    private Interruption(Thread worker, Terminal terminal) {
        this.worker = worker;
        this.terminal = terminal;
    }

    static Interruption ofThisThread(Terminal terminal) {
        Interruption interruption = new Interruption(Thread.currentThread(), terminal);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    private void onSignal() {
        came = true;
        terminal.line("interrupted: ending what runs, collecting logs, tearing down");
        worker.interrupt();
        try {
            if (!done.await(TEARDOWN.toSeconds(), TimeUnit.SECONDS)) {
                terminal.line("teardown did not finish; `shakedown down` ends what is left");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // A shutdown hook cannot choose the exit code in any other way.
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED.code());
    }

    Terminal terminal() {
        return terminal;
    }

    /**
     * Whether the process is to end. A thread's own flag does not tell: teardown works on, whoever
     * interrupts, and clears it.
     */
    boolean came() {
        return came;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyEnding) {
            done.countDown();
            waitForTheHook();
        }
    }

    private static void waitForTheHook() {
        try {
            Thread.sleep(TEARDOWN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
