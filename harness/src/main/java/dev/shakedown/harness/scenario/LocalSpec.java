package dev.shakedown.harness.scenario;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The {@code local} block.
 *
 * @param python {@code managed}, {@code managed-cpu}, or the path of a Python (or of its
 *     environment) that has Ray and vLLM
 * @param headPort GCS port of the head; absent: a free one
 * @param cpus cores that Ray and the engine may use, as {@code taskset -c} takes them ({@code
 *     0-3,6})
 */
public record LocalSpec(String python, OptionalInt headPort, Optional<String> cpus)
        implements ProviderSpec {
    public static final String MANAGED = "managed";
    public static final String MANAGED_CPU = "managed-cpu";
    public static final LocalSpec DEFAULT =
            new LocalSpec(MANAGED, OptionalInt.empty(), Optional.empty());
}
