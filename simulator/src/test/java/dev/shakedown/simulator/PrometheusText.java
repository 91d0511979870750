package dev.shakedown.simulator;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strict reader of the text format, as {@code promtool check metrics} is: what it does not
 * understand, or what breaks a rule of the format, is an error.
 */
final class PrometheusText {
    private static final Pattern COMMENT =
            Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    private static final String LABEL =
            "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{" + LABEL + "(?:," + LABEL + ")*\\})? (\\S+)");
    private static final Pattern BOUND = Pattern.compile(",?le=\"([^\"]+)\"");

    private final Map<String, String> types = new HashMap<>();
    private final Map<String, String> helps = new HashMap<>();
    private final Map<String, Double> samples = new LinkedHashMap<>();

    /** Of the last bucket of each histogram's series, to see that they ascend. */
    private final Map<String, double[]> buckets = new LinkedHashMap<>();

    private String current = "";

    static PrometheusText parse(String page) {
        if (!page.endsWith("\n")) {
            throw new IllegalArgumentException("the last line has no end");
        }
        PrometheusText text = new PrometheusText();
        page.lines().forEach(text::line);
        text.buckets.forEach(text::complete);
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
            comment(comment.group(1), comment.group(2), comment.group(3));
            return;
        }
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new IllegalArgumentException("not a sample: " + line);
        }
        String labels = sample.group(2) == null ? "" : sample.group(2);
        sample(sample.group(1), labels, Double.parseDouble(sample.group(3)));
    }

    private void comment(String kind, String family, String text) {
        Map<String, String> known = kind.equals("TYPE") ? types : helps;
        if (known.put(family, text) != null) {
            throw new IllegalArgumentException("twice: " + kind + " " + family);
        }
        if (text.equals("counter") && kind.equals("TYPE") && !family.endsWith("_total")) {
            throw new IllegalArgumentException("a counter without _total: " + family);
        }
        current = family;
    }

    private void sample(String name, String labels, double value) {
        String family =
                "histogram".equals(types.get(name))
                        ? ""
                        : types.containsKey(name)
                                ? name
                                : name.replaceFirst("_(bucket|count|sum)$", "");
        if (!types.containsKey(family) || !helps.containsKey(family)) {
            throw new IllegalArgumentException("no type and help before " + name + labels);
        }
        if (!family.equals(current)) {
            throw new IllegalArgumentException("not beside its family: " + name + labels);
        }
        if (samples.put(name + labels, value) != null) {
            throw new IllegalArgumentException("twice: " + name + labels);
        }
        if (!family.equals(name) && name.endsWith("_bucket")) {
            bucket(family, labels, value);
        }
    }

    private void bucket(String family, String labels, double count) {
        Matcher bound = BOUND.matcher(labels);
        if (!bound.find()) {
            throw new IllegalArgumentException("a bucket without le: " + family + labels);
        }
        double le = Double.parseDouble(bound.group(1).replace("+Inf", "Infinity"));
        String series = family + "_count" + bound.replaceFirst("").replace("{,", "{");
        double[] last = buckets.put(series, new double[] {le, count});
        if (last != null && (last[0] >= le || last[1] > count)) {
            throw new IllegalArgumentException("does not ascend: " + family + labels);
        }
    }

    private void complete(String series, double[] last) {
        if (last[0] != Double.POSITIVE_INFINITY || last[1] != value(series)) {
            throw new IllegalArgumentException("+Inf is not the count: " + series);
        }
        value(series.replaceFirst("_count(\\{|$)", "_sum$1"));
    }
}
