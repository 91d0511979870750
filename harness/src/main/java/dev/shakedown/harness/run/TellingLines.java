package dev.shakedown.harness.run;

import java.util.List;
import java.util.regex.Pattern;

/** The lines of a job's log that may say why it failed. */
final class TellingLines {
    private static final int MOST = 6;
    private static final Pattern TELLING =
            Pattern.compile(
                    "Error|Exception|terminated|is dead|died|killed|out of memory|\"result\":\"error\"");
    // Raylet state dumps name many things "error"; none of them says why.
    private static final Pattern NOISE =
            Pattern.compile("\\[state-dump\\]|Disconnecting client|\"step\":\"end\"");

    private TellingLines() {}

    /** The last few; the log's very last lines where none is telling. */
    static List<String> of(List<String> log) {
        List<String> telling =
                log.stream()
                        .filter(line -> TELLING.matcher(line).find() && !NOISE.matcher(line).find())
                        .distinct()
                        .toList();
        List<String> from =
                telling.isEmpty() ? log.stream().filter(line -> !line.isBlank()).toList() : telling;
        return from.subList(Math.max(0, from.size() - MOST), from.size());
    }
}
