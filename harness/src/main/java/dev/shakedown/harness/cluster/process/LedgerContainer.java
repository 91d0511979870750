package dev.shakedown.harness.cluster.process;

/**
 * The container of a run on another machine. It is ended only if it has this name and the run's
 * label.
 *
 * @param runtime that runs it, {@code docker} or {@code podman}
 * @param image that it was made of, and that can remove files which it left
 */
public record LedgerContainer(String runtime, String name, String image) {}
