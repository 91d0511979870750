package dev.shakedown.harness.cluster.ray;

/** Which Ray answers. */
public record RayVersion(String version, String commit, String session) {}
