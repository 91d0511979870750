package dev.shakedown.harness.diagnosis;

import java.util.regex.Pattern;

/**
 * A signature's pattern, made cheap for lines that cannot match and safe for those that are odd.
 */
final class LineMatcher {
    /** Steps a single search may take; a healthy one takes some thousands. */
    private static final int MAX_STEPS = 1_000_000;

    private final Pattern pattern;
    private final String literal;

    LineMatcher(String regex) {
        this.pattern = Pattern.compile(regex);
        this.literal = literalOf(regex);
    }

    boolean find(String line) {
        if (!line.contains(literal)) {
            return false;
        }
        try {
            return pattern.matcher(new Bounded(line)).find();
        } catch (TooManyStepsException pathological) {
            return false;
        }
    }

    /**
     * The longest text that every match contains, as far as that is easy to see; else the empty
     * text, which every line contains.
     */
    static String literalOf(String regex) {
        if (regex.startsWith("(?") && !regex.startsWith("(?:")) {
            return "";
        }
        String best = "";
        StringBuilder run = new StringBuilder();
        for (int i = 0; i < regex.length(); i++) {
            char c = regex.charAt(i);
            switch (c) {
                case '|' -> {
                    return "";
                }
                case '\\' -> {
                    i++;
                    if (Character.isLetterOrDigit(regex.charAt(i))) {
                        best = longer(best, run);
                    } else {
                        run.append(regex.charAt(i));
                    }
                }
                case '(', '[' -> {
                    best = longer(best, run);
                    i = end(regex, i);
                }
                case '?', '*', '{' -> {
                    run.setLength(Math.max(0, run.length() - 1));
                    best = longer(best, run);
                    i = c == '{' ? regex.indexOf('}', i) : i;
                }
                case '+', '.', '^', '$' -> best = longer(best, run);
                default -> run.append(c);
            }
        }
        return longer(best, run);
    }

    private static String longer(String best, StringBuilder run) {
        String text = run.toString();
        run.setLength(0);
        return text.length() > best.length() ? text : best;
    }

    /** Index of the bracket that closes the one at {@code start}. */
    private static int end(String regex, int start) {
        boolean inClass = regex.charAt(start) == '[';
        int depth = inClass ? 0 : 1;
        for (int i = start + 1; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c == '\\') {
                i++;
            } else if (inClass) {
                inClass = c != ']';
                if (!inClass && depth == 0) {
                    return i;
                }
            } else if (c == '[') {
                inClass = true;
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                return i;
            }
        }
        return regex.length() - 1;
    }

    private static final class TooManyStepsException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyStepsException() {
            super("too many steps", null, false, false);
        }
    }

    /** Counts how often the matcher looks at it. */
    private static final class Bounded implements CharSequence {
        private final CharSequence text;
        private int steps;

        Bounded(CharSequence text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++steps > MAX_STEPS) {
                throw new TooManyStepsException();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
