package dev.shakedown.harness.cluster.endpoint;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * One entry of {@code /v1/models}.
 *
 * @param id what requests must say
 * @param root the repository or path behind it, where the server tells
 * @param maxModelLen tokens of prompt and answer together
 */
public record ServedModel(String id, Optional<String> root, OptionalInt maxModelLen) {}
