package dev.shakedown.harness.history;

import dev.shakedown.harness.history.BaselineDecision.What;
import java.util.List;
import java.util.Optional;

/**
 * What has been decided about a scenario's baseline.
 *
 * @param decisions the oldest first
 */
public record Baseline(List<BaselineDecision> decisions) {
    public Baseline {
        decisions = List.copyOf(decisions);
    }

    /** The decision that holds: the last one, unless it was a reset. */
    public Optional<BaselineDecision> current() {
        return decisions.isEmpty()
                ? Optional.empty()
                : Optional.of(decisions.getLast()).filter(last -> last.what() == What.ACCEPT);
    }

    /** Acceptances since the last reset, the oldest first. */
    public List<BaselineDecision> accepted() {
        int from = decisions.size();
        while (from > 0 && decisions.get(from - 1).what() == What.ACCEPT) {
            from--;
        }
        return decisions.subList(from, decisions.size());
    }
}
