package dev.shakedown.harness.scenario;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** From a suite file to a {@link Suite}, or to everything that is wrong with it. */
public final class SuiteLoader {
    private final Path file;
    private final Problems problems = new Problems();
    private final Problems warnings = new Problems();
    private final List<Problem> inScenarios = new ArrayList<>();
    private final List<Problem> warnedOf = new ArrayList<>();

    private SuiteLoader(Path file) {
        this.file = file;
    }

    /**
     * Reads {@code file} and its scenarios, with what the suite sets in all of them, then {@code
     * overrides}, then what each arm sets. Never throws for what the files hold.
     *
     * @param metrics that the gate judges by itself, for their deltas
     */
    public static SuiteFile load(
            Path file, List<ScenarioOverride> overrides, Collection<String> metrics) {
        return new SuiteLoader(file).load(overrides, metrics);
    }

    private SuiteFile load(List<ScenarioOverride> overrides, Collection<String> metrics) {
        Optional<SuiteDraft> draft =
                ScenarioLoader.root(file, "a suite", problems)
                        .flatMap(root -> new SuiteReader(file, problems, warnings).read(root));
        List<Suite.Compared> compared =
                draft.map(read -> compared(read, overrides)).orElse(List.of());
        draft.ifPresent(read -> read.requireMetrics(metrics));
        List<Problem> all =
                Stream.concat(problems.listed().stream(), inScenarios.stream()).toList();
        return all.isEmpty()
                ? new SuiteFile.Loaded(
                        draft.orElseThrow().suite(compared, file),
                        Stream.concat(warnings.listed().stream(), warnedOf.stream())
                                .distinct()
                                .toList())
                : new SuiteFile.Rejected(all.stream().distinct().toList());
    }

    private List<Suite.Compared> compared(SuiteDraft draft, List<ScenarioOverride> overrides) {
        List<Suite.Compared> compared = new ArrayList<>();
        for (SuiteDraft.Listed listed : draft.scenarios()) {
            List<Scenario> baseline = read(listed, draft, draft.baseline(), overrides);
            List<Scenario> candidate = read(listed, draft, draft.candidate(), overrides);
            // After a problem in one of them there is nothing to pair.
            for (int i = 0; i < Math.min(baseline.size(), candidate.size()); i++) {
                requireSamples(listed, baseline.get(i));
                requireOwnName(listed, baseline.get(i), compared);
                compared.add(new Suite.Compared(baseline.get(i), candidate.get(i)));
            }
        }
        return compared;
    }

    private List<Scenario> read(
            SuiteDraft.Listed listed,
            SuiteDraft draft,
            SuiteDraft.Arm arm,
            List<ScenarioOverride> overrides) {
        Problems own = new Problems();
        Problems warned = new Problems();
        List<Scenario> scenarios =
                ScenarioLoader.load(
                        listed.file(),
                        root -> {
                            Node.Mapping both = draft.applied(root, own);
                            return arm.applied(
                                    ScenarioOverride.applyAll(overrides, both, own), own);
                        },
                        own,
                        warned);
        inScenarios.addAll(own.listed());
        warnedOf.addAll(warned.listed());
        return scenarios;
    }

    /** By their names a night tells its runs apart. */
    private void requireOwnName(
            SuiteDraft.Listed listed, Scenario scenario, List<Suite.Compared> before) {
        if (before.stream().anyMatch(one -> one.name().equals(scenario.name()))) {
            problems.add(
                    listed.place(),
                    "another scenario of this suite is named %s, too; list it once, or give this file another name:"
                            .formatted(scenario.name()));
        }
    }

    private void requireSamples(SuiteDraft.Listed listed, Scenario scenario) {
        if (scenario.load().isEmpty()) {
            problems.add(
                    listed.place(),
                    scenario.name() + " has no load, so there is nothing to compare; add one");
        }
        if (scenario.engine().isEmpty()) {
            problems.add(
                    listed.place(),
                    scenario.name()
                            + " starts no engine, and each sample is a start of one; a suite needs engine:");
        }
    }
}
