package dev.shakedown.harness.scenario;

import dev.shakedown.simulator.fault.Fault;
import java.util.List;

/** The block of the scenario that says how its provider brings nodes up. */
public sealed interface ProviderSpec
        permits ProviderSpec.Simulated,
                LocalSpec,
                AttachSpec,
                ForeignRaySpec,
                SshSpec,
                KubeRaySpec,
                ExistingRayClusterSpec {

    /**
     * Needs no block of its own: the shape says it all.
     *
     * @param faults what is broken in it
     * @param virtualClock whether its time is the simulation's own, and nothing of it is served
     */
    record Simulated(List<Fault> faults, boolean virtualClock) implements ProviderSpec {
        public Simulated {
            faults = List.copyOf(faults);
        }
    }
}
