package dev.shakedown.harness.cluster.endpoint;

/** What one completion cost, by the server's own count. */
public record Completion(long promptTokens, long generationTokens) {}
