package dev.shakedown.simulator;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A strict reader of the text format: what it does not understand is an error. */
final class PrometheusText {
    private static final Pattern COMMENT =
            Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    private static final String LABEL =
            "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{" + LABEL + "(?:," + LABEL + ")*\\})? (\\S+)");

    private final Map<String, String> types = new HashMap<>();
    private final Map<String, Double> samples = new LinkedHashMap<>();

    static PrometheusText parse(String page) {
        if (!page.endsWith("\n")) {
            throw new IllegalArgumentException("the last line has no end");
        }
        PrometheusText text = new PrometheusText();
        page.lines().forEach(text::line);
        return text;
    }

    double value(String nameAndLabels) {
        Double value = samples.get(nameAndLabels);
        if (value == null) {
            throw new IllegalArgumentException("no sample " + nameAndLabels);
        }
        return value;
    }

    Map<String, Double> samples() {
        return samples;
    }

    Map<String, String> types() {
        return types;
    }

    private void line(String line) {
        Matcher comment = COMMENT.matcher(line);
        if (comment.matches()) {
            if (comment.group(1).equals("TYPE")
                    && types.put(comment.group(2), comment.group(3)) != null) {
                throw new IllegalArgumentException("twice: " + line);
            }
            return;
        }
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new IllegalArgumentException("not a sample: " + line);
        }
        String name = sample.group(1);
        String family = name.replaceFirst("_(bucket|count|sum)$", "");
        if (!types.containsKey(name) && !"histogram".equals(types.get(family))) {
            throw new IllegalArgumentException("no type before " + line);
        }
        String key = name + (sample.group(2) == null ? "" : sample.group(2));
        if (samples.put(key, Double.parseDouble(sample.group(3))) != null) {
            throw new IllegalArgumentException("twice: " + key);
        }
    }
}
