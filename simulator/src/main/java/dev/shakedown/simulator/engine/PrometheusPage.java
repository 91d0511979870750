package dev.shakedown.simulator.engine;

/** The text format, version 0.0.4. */
public final class PrometheusPage {
    private final StringBuilder text = new StringBuilder(32 << 10);

    /** The head of a metric. */
    public void family(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    void sample(String name, String labels, long value) {
        sample(name, labels, (double) value);
    }

    /** A value; {@code labels} as they are to stand between the braces. */
    public void sample(String name, String labels, double value) {
        text.append(name).append('{').append(labels).append("} ").append(value).append('\n');
    }

    /** A label's value as it may stand between quotes. */
    public static String escape(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
