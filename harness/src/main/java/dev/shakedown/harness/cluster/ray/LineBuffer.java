package dev.shakedown.harness.cluster.ray;

import dev.shakedown.harness.cluster.Ansi;
import java.util.ArrayList;
import java.util.List;

/** Cuts a growing text into lines, each delivered once whether it comes in pieces or as a whole. */
final class LineBuffer {
    private final StringBuilder pending = new StringBuilder();
    private int seen;

    /** The next piece. */
    List<String> add(String piece) {
        seen += piece.length();
        pending.append(piece);
        List<String> lines = new ArrayList<>();
        int from = 0;
        for (int end = pending.indexOf("\n"); end >= 0; end = pending.indexOf("\n", from)) {
            lines.add(Ansi.strip(pending.substring(from, end)));
            from = end + 1;
        }
        pending.delete(0, from);
        return lines;
    }

    /** How much of the text has been given. */
    int seen() {
        return seen;
    }

    /** The whole text so far, of which only the end is new. */
    List<String> upTo(String whole) {
        return whole.length() <= seen ? List.of() : add(whole.substring(seen));
    }

    /** What follows the last line break, if anything. */
    List<String> torn() {
        if (pending.isEmpty()) {
            return List.of();
        }
        String line = Ansi.strip(pending.toString());
        pending.setLength(0);
        return List.of(line);
    }
}
