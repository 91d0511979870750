package dev.shakedown.harness.scenario;

/** The block of the scenario that says how its provider brings nodes up. */
public sealed interface ProviderSpec
        permits ProviderSpec.Simulated,
                LocalSpec,
                AttachSpec,
                ForeignRaySpec,
                SshSpec,
                KubeRaySpec,
                ExistingRayClusterSpec {

    /** Needs no block: the shape says it all. */
    record Simulated() implements ProviderSpec {}
}
