package dev.shakedown.harness.scenario;

/**
 * Where a value was written.
 *
 * @param source the file, or {@code --set path=value}
 * @param line from 1; 0 where there is none
 * @param column from 1
 * @param varied whether a {@code matrix:} put the value there
 */
record Place(String source, int line, int column, boolean varied) {

    static Place of(String source) {
        return new Place(source, 0, 0, false);
    }

    Place asVaried() {
        return new Place(source, line, column, true);
    }

    Problem problem(String text) {
        return new Problem(source, line, column, text);
    }
}
