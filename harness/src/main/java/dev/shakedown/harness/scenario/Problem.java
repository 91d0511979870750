package dev.shakedown.harness.scenario;

/**
 * Something wrong in a scenario file.
 *
 * @param line from 1; 0 where the problem is the file as a whole
 * @param column from 1
 * @param text what is wrong and what to write instead
 */
public record Problem(String file, int line, int column, String text) {
    /** {@code file:line:column: text}. */
    @Override
    public String toString() {
        return line == 0 ? file + ": " + text : file + ":" + line + ":" + column + ": " + text;
    }
}
