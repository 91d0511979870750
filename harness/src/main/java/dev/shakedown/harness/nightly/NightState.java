package dev.shakedown.harness.nightly;

import dev.shakedown.harness.nightly.NightEvent.Began;
import dev.shakedown.harness.nightly.NightEvent.Ended;
import dev.shakedown.harness.nightly.NightEvent.Finished;
import dev.shakedown.harness.nightly.NightEvent.Kept;
import dev.shakedown.harness.nightly.NightEvent.Night;
import dev.shakedown.harness.nightly.NightEvent.Planned;
import dev.shakedown.harness.nightly.NightEvent.Released;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a night's log comes to: which slots have which runs, and what is still up. */
final class NightState {
    private final Map<String, List<Try>> tries = new LinkedHashMap<>();
    private final Map<String, Planned> plans = new LinkedHashMap<>();
    private @Nullable Night night;
    private @Nullable String kept;
    private @Nullable String verdict;

    /**
     * A run for a slot.
     *
     * @param grade how it ended; empty where nobody wrote that down
     * @param seconds that it took, 0 where nobody wrote that down
     */
    record Try(String run, Optional<String> grade, double seconds) {}

    static NightState of(List<NightEvent> events) {
        NightState state = new NightState();
        events.forEach(state::add);
        return state;
    }

    void add(NightEvent event) {
        switch (event) {
            case Night begun -> night = begun;
            case Began(String slot, String run) ->
                    tries(slot).add(new Try(run, Optional.empty(), 0));
            case Ended(String slot, String run, String grade, double seconds) -> {
                tries(slot).removeIf(one -> one.run().equals(run));
                tries(slot).add(new Try(run, Optional.of(grade), seconds));
            }
            case Kept(String run) -> kept = run;
            case Released(String run) -> kept = run.equals(kept) ? null : kept;
            case Planned plan -> plans.put(plan.scenario(), plan);
            case Finished(String said) -> verdict = said;
        }
    }

    /** The runs for a slot, in the order in which they were begun. */
    List<Try> tries(Slot slot) {
        return List.copyOf(tries.getOrDefault(slot.key(), List.of()));
    }

    /** Real seconds that all of its runs took. */
    double seconds() {
        return tries.values().stream().flatMap(List::stream).mapToDouble(Try::seconds).sum();
    }

    Optional<Night> night() {
        return Optional.ofNullable(night);
    }

    /** Of whose cluster is up. */
    Optional<String> kept() {
        return Optional.ofNullable(kept);
    }

    Optional<Planned> plan(String scenario) {
        return Optional.ofNullable(plans.get(scenario));
    }

    /** Present once all is done. */
    Optional<String> verdict() {
        return Optional.ofNullable(verdict);
    }

    private List<Try> tries(String slot) {
        return tries.computeIfAbsent(slot, _ -> new ArrayList<>());
    }
}
