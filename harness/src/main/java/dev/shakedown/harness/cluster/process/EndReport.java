package dev.shakedown.harness.cluster.process;

import dev.shakedown.harness.cluster.StepFailedException;
import java.util.ArrayList;
import java.util.List;

/**
 * What an ending did.
 *
 * @param ended one line a process, file or folder
 * @param notEnded one line for each that is still there, with the reason as far as known
 */
public record EndReport(List<String> ended, List<String> notEnded) {
    /** There was nothing to end. */
    public static final EndReport NOTHING = new EndReport(List.of(), List.of());

    public EndReport {
        ended = List.copyOf(ended);
        notEnded = List.copyOf(notEnded);
    }

    /** Nothing is left. */
    public boolean clean() {
        return notEnded.isEmpty();
    }

    /**
     * Throws {@link StepFailedException} unless it is {@link #clean}.
     *
     * @param done what was to happen to all
     */
    public void requireClean(String done) {
        if (!clean()) {
            throw new StepFailedException(
                    "not everything could be " + done, "", notEnded, "shakedown down");
        }
    }

    /** Both together. */
    public EndReport and(EndReport other) {
        List<String> allEnded = new ArrayList<>(ended);
        allEnded.addAll(other.ended);
        List<String> allLeft = new ArrayList<>(notEnded);
        allLeft.addAll(other.notEnded);
        return new EndReport(allEnded, allLeft);
    }
}
