package dev.shakedown.harness.scenario;

import java.util.Optional;

/**
 * The {@code kuberay} block with {@code existing}: a RayCluster that somebody else made, for jobs
 * of Shakedown and an engine among them.
 *
 * @param context of the user's kubeconfig; absent: the current one
 * @param namespace absent: the context's
 * @param rayVersion that it must have; absent: any
 */
public record ExistingRayClusterSpec(
        Optional<String> context,
        Optional<String> namespace,
        String name,
        Optional<String> rayVersion)
        implements ProviderSpec {}
