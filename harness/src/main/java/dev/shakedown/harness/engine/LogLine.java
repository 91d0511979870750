package dev.shakedown.harness.engine;

import dev.shakedown.harness.engine.EngineEvent.Source;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line, taken apart.
 *
 * @param level {@code INFO}, {@code ERROR}, …; empty for a line that no logger wrote
 * @param text without prefix, level, time and place
 */
record LogLine(Source source, String level, String text) {
    /** {@code (RayWorkerProc pid=2833, ip=10.77.0.12) (Worker_TP1 pid=2833)}. */
    private static final Pattern PREFIX =
            Pattern.compile(
                    "^\\((\\w[\\w-]*)(?: rank=\\d+)?(?: ?pid=(\\d+))?(?:, ip=([^)]+))?\\) ?");

    private static final Pattern LOGGER =
            Pattern.compile(
                    "^(DEBUG|INFO|WARNING|ERROR|CRITICAL) \\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d"
                            + " \\[?[\\w./]+:\\d+\\] ?");

    static LogLine of(String line, String home) {
        String process = "";
        long pid = 0;
        String node = home;
        String rest = line;
        for (Matcher prefix = PREFIX.matcher(rest); prefix.find(); prefix = PREFIX.matcher(rest)) {
            process = prefix.group(1);
            pid = prefix.group(2) == null ? pid : parsed(prefix.group(2));
            node = prefix.group(3) == null ? node : prefix.group(3);
            rest = rest.substring(prefix.end());
        }
        Matcher logger = LOGGER.matcher(rest);
        return logger.find()
                ? new LogLine(
                        new Source(process, pid, node),
                        logger.group(1),
                        rest.substring(logger.end()))
                : new LogLine(new Source(process, pid, node), "", rest);
    }

    private static long parsed(String digits) {
        return digits.length() > 18 ? 0 : Long.parseLong(digits);
    }

    boolean error() {
        return level.equals("ERROR") || level.equals("CRITICAL");
    }
}
