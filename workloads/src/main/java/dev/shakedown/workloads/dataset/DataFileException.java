package dev.shakedown.workloads.dataset;

/** A file does not hold what it should; the message begins with line and column, from 1. */
public final class DataFileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DataFileException(int line, int column, String text) {
        super("line %d, column %d: %s".formatted(line, column, text));
    }
}
