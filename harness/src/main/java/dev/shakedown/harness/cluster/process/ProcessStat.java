package dev.shakedown.harness.cluster.process;

import java.util.Optional;

/**
 * What {@code /proc/<pid>/stat} says, as far as belonging goes.
 *
 * @param startTicks clock ticks from boot to the process's start
 */
record ProcessStat(
        long pid, String name, char state, long parent, long group, long session, long startTicks) {

    /**
     * Empty where the text is no stat line. The name is in parentheses and may itself hold spaces
     * and parentheses, so fields count from the last one.
     */
    static Optional<ProcessStat> parse(String line) {
        int open = line.indexOf('(');
        int close = line.lastIndexOf(')');
        if (open < 1 || close < open) {
            return Optional.empty();
        }
        String[] fields = line.substring(close + 1).strip().split(" ", -1);
        if (fields.length < 20) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new ProcessStat(
                            Long.parseLong(line.substring(0, open).strip()),
                            line.substring(open + 1, close),
                            fields[0].charAt(0),
                            Long.parseLong(fields[1]),
                            Long.parseLong(fields[2]),
                            Long.parseLong(fields[3]),
                            Long.parseLong(fields[19])));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A zombie holds nothing but its number, which its parent (or init) takes back. */
    boolean dead() {
        return state == 'Z' || state == 'X';
    }
}
