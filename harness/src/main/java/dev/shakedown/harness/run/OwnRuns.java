package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.process.KeptClusters;
import dev.shakedown.harness.cluster.process.KeptRun;
import dev.shakedown.harness.cluster.process.Leftovers;
import java.util.ArrayList;
import java.util.List;

/** Earlier runs of this user that may hold the ports and GPUs which a new one finds taken. */
final class OwnRuns {
    private OwnRuns() {}

    /** What to type about each, if it is what is in the way. */
    static List<String> inTheWay() {
        List<String> hints = new ArrayList<>();
        for (KeptRun kept : KeptClusters.ofUser().all()) {
            hints.add(
                    "run %s keeps a cluster up: --reuse it, or shakedown down %s"
                            .formatted(kept.runId(), kept.runId()));
        }
        Leftovers.ofUser()
                .list()
                .forEach(
                        left ->
                                hints.add(
                                        "run %s was killed and left something: shakedown down"
                                                .formatted(left.runId())));
        return hints;
    }
}
