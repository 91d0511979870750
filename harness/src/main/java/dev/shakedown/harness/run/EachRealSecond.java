package dev.shakedown.harness.run;

import dev.shakedown.workloads.load.LiveSample;
import dev.shakedown.workloads.load.LoadObserver;

/** Of the seconds of a virtual clock, passes on as many as somebody can read. */
final class EachRealSecond implements LoadObserver {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final RunContext run;
    private long saidNanos = System.nanoTime();

    EachRealSecond(RunContext run) {
        this.run = run;
    }

    @Override
    public void second(LiveSample sample) {
        long now = System.nanoTime();
        if (now - saidNanos >= SECOND_NANOS) {
            saidNanos = now;
            run.listener().live(new LiveView(sample));
        }
    }
}
