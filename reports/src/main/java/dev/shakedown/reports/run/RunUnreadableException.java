package dev.shakedown.reports.run;

import java.nio.file.Path;

/** A run directory whose {@code run.json} cannot be used, and in which way. */
public final class RunUnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Cause cause;

    RunUnreadableException(Cause cause, Path file, String detail) {
        super(file + ": " + cause.words + (detail.isEmpty() ? "" : " (" + detail + ")"));
        this.cause = cause;
    }

    /** What is wrong with the file. */
    public Cause reason() {
        return cause;
    }

    /** The kinds of unusable. */
    public enum Cause {
        /** There is no such file. */
        ABSENT("there is no run.json here; is this a run directory?"),
        /** It is not complete JSON. */
        TORN("run.json is torn or not JSON"),
        /** It is JSON, but not a run. */
        NOT_A_RUN("run.json does not hold a run"),
        /** A newer Shakedown wrote it, in a way that this one cannot read. */
        NEWER("run.json was written by a newer Shakedown");

        private final String words;

        Cause(String words) {
            this.words = words;
        }
    }
}
