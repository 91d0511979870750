package dev.shakedown.harness.cli;

import dev.shakedown.harness.scenario.DurationText;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** {@code --exact ttft=200ms,itl=20ms}: both, in any order. */
record ExactOption(Duration ttft, Duration itl) {
    private static final String FORM = "--exact ttft=200ms,itl=20ms";

    /**
     * @throws UsageException if it is something else
     */
    static ExactOption parse(String text) {
        Map<String, Duration> times = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            String[] sides = part.split("=", 2);
            if (sides.length != 2 || times.put(sides[0], duration(part, sides[1])) != null) {
                throw new UsageException("--exact " + text + ": write it like " + FORM);
            }
        }
        Duration ttft = times.get("ttft");
        Duration itl = times.get("itl");
        if (ttft == null || itl == null || times.size() != 2) {
            throw new UsageException("--exact " + text + ": it takes ttft and itl, like " + FORM);
        }
        return new ExactOption(ttft, itl);
    }

    private static Duration duration(String part, String text) {
        try {
            return DurationText.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new UsageException("--exact " + part + ": " + wrong.getMessage());
        }
    }
}
