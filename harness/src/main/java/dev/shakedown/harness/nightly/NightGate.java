package dev.shakedown.harness.nightly;

import dev.shakedown.harness.scenario.Suite;
import dev.shakedown.reports.regression.Deltas;
import dev.shakedown.reports.regression.Regression;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The gate of {@code reports} for one scenario of a suite: what is under test, and what matters.
 */
final class NightGate {
    /** What a run's fingerprint says of the software that an image or an environment brings. */
    private static final Set<String> SOFTWARE =
            Set.of(
                    "image",
                    "vllm",
                    "vllm wheel",
                    "torch",
                    "ray",
                    "python",
                    "python environment",
                    "cuda",
                    "nccl");

    private static final List<String> BRINGS_SOFTWARE = List.of(".image", ".python");

    /** A block that says what the cluster is; a suite that tests that must say so by factors. */
    private static final String CLUSTER = "cluster.";

    /** Where each sample has a load of its own. */
    private static final List<String> OTHER_LOAD = List.of("load.prompts.seed", "offered load");

    private NightGate() {}

    static Regression of(Suite suite, Deltas deltas) {
        return Regression.with(deltas).factors(factors(suite));
    }

    static Set<String> factors(Suite suite) {
        Set<String> factors = new LinkedHashSet<>(suite.factors());
        Set<String> set = new HashSet<>(suite.baseline().sets().keySet());
        set.addAll(suite.candidate().sets().keySet());
        set.stream().filter(path -> !path.startsWith(CLUSTER)).forEach(factors::add);
        if (set.stream().anyMatch(path -> BRINGS_SOFTWARE.stream().anyMatch(path::endsWith))) {
            factors.addAll(SOFTWARE);
        }
        if (suite.seeds() == Suite.Seeds.PER_SAMPLE) {
            factors.addAll(OTHER_LOAD);
        }
        return factors;
    }

    /** What an arm is, in words. */
    static String words(Suite.Arm arm) {
        String sets =
                arm.sets().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .reduce((a, b) -> a + ", " + b)
                        .orElse("the scenario as it is");
        return arm.name() + ": " + sets;
    }
}
