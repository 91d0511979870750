package dev.shakedown.harness.cluster.process;

/**
 * A process that cannot be mistaken for a later one with the same number.
 *
 * @param startTicks field 22 of {@code /proc/<pid>/stat}: clock ticks from boot to its start
 * @param bootId {@code /proc/sys/kernel/random/boot_id}; pids and ticks start anew with each boot
 */
public record ProcessId(long pid, long startTicks, String bootId) {

    /** In one line; {@link #parse} reads it. */
    public String text() {
        return pid + " " + startTicks + " " + bootId;
    }

    /** Of any other text a process that does not run. */
    public static ProcessId parse(String text) {
        String[] words = text.split(" ", -1);
        return words.length == 3 && words[0].matches("\\d{1,18}") && words[1].matches("\\d{1,18}")
                ? new ProcessId(Long.parseLong(words[0]), Long.parseLong(words[1]), words[2])
                : new ProcessId(0, 0, "");
    }
}
