package dev.shakedown.harness.cli;

import dev.shakedown.harness.run.RunOutcome;
import java.util.Collection;
import java.util.List;

/** What the process exits with; the table in the README. */
enum ExitCode {
    OK(0),
    LIMIT_MISSED(1),
    USAGE(2),
    NOT_USABLE(3),
    NOT_TRUSTED(4),
    BUG(70),
    INTERRUPTED(130);

    /** Several runs exit with the first of these that occurred. */
    private static final List<ExitCode> PRECEDENCE =
            List.of(BUG, INTERRUPTED, NOT_USABLE, LIMIT_MISSED, NOT_TRUSTED);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static ExitCode of(RunOutcome outcome) {
        return of(outcome.grade());
    }

    static ExitCode of(RunOutcome.Grade grade) {
        return switch (grade) {
            case PASSED -> OK;
            case LIMIT_MISSED -> LIMIT_MISSED;
            case NOT_TRUSTED -> NOT_TRUSTED;
            case NOT_USABLE -> NOT_USABLE;
            case INTERRUPTED -> INTERRUPTED;
            case BUG -> BUG;
        };
    }

    static ExitCode of(Collection<ExitCode> several) {
        return PRECEDENCE.stream().filter(several::contains).findFirst().orElse(OK);
    }
}
