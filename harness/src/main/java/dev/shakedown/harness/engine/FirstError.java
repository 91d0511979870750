package dev.shakedown.harness.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the first error that is a cause. Later errors, and those of the API server, mostly repeat
 * it: "Engine core initialization failed. See root cause above."
 */
final class FirstError {
    private static final int MAX_LINES = 6;

    /** What one process says from its first error on: a heading, then the exception. */
    private static final class Block {
        private final List<String> lines = new ArrayList<>();
        private boolean inFrames;
        private boolean complete;

        void accept(String text) {
            if (complete || text.isBlank()) {
                return;
            }
            if (text.startsWith("Traceback (most recent call last)")) {
                complete = !lines.isEmpty() && inFrames;
                inFrames = true;
            } else if (inFrames && Character.isWhitespace(text.charAt(0))) {
                return; // a frame
            } else {
                lines.add(text);
                complete = inFrames || lines.size() >= MAX_LINES;
            }
        }
    }

    private final Map<String, Block> workers = new LinkedHashMap<>();
    private final List<String> exception = new ArrayList<>();
    private boolean inTraceback;
    private boolean afterException;

    void accept(LogLine line) {
        String process = line.source().process();
        if (line.error() && namesCause(process)) {
            String key = process + " " + line.source().pid() + " " + line.source().node();
            workers.computeIfAbsent(key, _ -> new Block()).accept(line.text());
        } else if (process.isEmpty() && exception.size() < MAX_LINES) {
            acceptPlain(line.text());
        }
    }

    /** Empty where nothing failed. */
    Optional<List<String>> lines() {
        return workers.entrySet().stream()
                .filter(entry -> !entry.getValue().lines.isEmpty())
                .findFirst()
                .map(entry -> named(entry.getKey(), entry.getValue().lines))
                .or(() -> exception.isEmpty() ? Optional.empty() : Optional.of(exception))
                .map(List::copyOf);
    }

    private static List<String> named(String key, List<String> lines) {
        String process = key.substring(0, key.indexOf(' '));
        return lines.stream().map(line -> process + ": " + line).toList();
    }

    private static boolean namesCause(String process) {
        return process.contains("Worker") || process.startsWith("EngineCore");
    }

    /** The first traceback that no logger wrote: its last line and what is indented under it. */
    private void acceptPlain(String text) {
        if (afterException) {
            afterException = text.startsWith("  ");
            if (afterException) {
                exception.add(text);
            }
        } else if (text.startsWith("Traceback (most recent call last)")) {
            inTraceback = exception.isEmpty();
        } else if (inTraceback && !text.isEmpty() && !Character.isWhitespace(text.charAt(0))) {
            inTraceback = false;
            if (!text.contains("See root cause above")) {
                exception.add(text);
                afterException = true;
            }
        }
    }
}
