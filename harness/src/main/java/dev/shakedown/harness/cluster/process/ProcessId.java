package dev.shakedown.harness.cluster.process;

/**
 * A process that cannot be mistaken for a later one with the same number.
 *
 * @param startTicks field 22 of {@code /proc/<pid>/stat}: clock ticks from boot to its start
 * @param bootId {@code /proc/sys/kernel/random/boot_id}; pids and ticks start anew with each boot
 */
public record ProcessId(long pid, long startTicks, String bootId) {}
