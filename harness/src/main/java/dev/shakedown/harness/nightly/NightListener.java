package dev.shakedown.harness.nightly;

import dev.shakedown.harness.cluster.Progress;

/** Whoever watches a night, as the terminal does. */
public interface NightListener extends Progress {

    /** A scenario's turn. */
    void scenario(String name);

    /** A start that begins now. */
    void began(String what);

    /**
     * It has ended.
     *
     * @param counts whether it is a sample
     */
    void ended(String what, String detail, boolean counts);
}
